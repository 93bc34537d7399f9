// What is observed: patterns by whom it is about, and profiles of their own where there is structure. The invariants about
// kind of value, unit, answers and possible range of each item are made from the catalogue: see generated/items.fsh.

Invariant: mebe-value
Description: "An item has a value, components or members, or says why not (dataAbsentReason)"
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or component.exists() or hasMember.exists()"
* insert Human([["Một mục phải có giá trị, thành phần, hoặc nói vì sao không có (dataAbsentReason)"]])

Invariant: mebe-unit-ucum
Description: "A quantity has its unit as a UCUM code"
Severity: #error
Expression: "ofType(Quantity).where(value.exists()).all(system = 'http://unitsofmeasure.org' and code.exists())"
* insert Human([["Số đo phải có đơn vị dưới dạng mã UCUM"]])

Invariant: mebe-not-done-text
Description: "'Not done' is a dataAbsentReason, never a value"
Severity: #error
Expression: "ofType(CodeableConcept).coding.where(system = 'https://mebe.example/fhir/CodeSystem/qd3412-ket-qua-xn' or system = 'https://mebe.example/fhir/CodeSystem/qd3412-thieu-mau' or system = 'https://mebe.example/fhir/CodeSystem/qd3412-duong-huyet' or system = 'https://mebe.example/fhir/CodeSystem/qd3412-xn-hiv').where(code = '0').empty()"
* insert Human([["'Không thực hiện' là dataAbsentReason, không bao giờ là giá trị"]])

Invariant: mebe-colour
Description: "A yellow cell is abnormal (A), never normal (N)"
Severity: #error
Expression: "interpretation.coding.where(system = 'https://mebe.example/fhir/CodeSystem/mch-booklet-colour' and code = 'yellow-cell').exists() implies interpretation.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation' and code = 'N').empty()"
* insert Human([["Ô vàng là bất thường (A), không bao giờ là bình thường (N)"]])

Invariant: mebe-focus
Description: "What belongs to a pregnancy or to its fetus has that pregnancy as focus"
Severity: #error
Expression: "focus.exists()"
* insert Human([["Điều thuộc về thai kỳ hay thai nhi phải có focus là thai kỳ ấy"]])

RuleSet: Item
* obeys mebe-value and mebe-colour
* value[x] obeys mebe-unit-ucum and mebe-not-done-text
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* effective[x] only dateTime or Period
* insert Short(code, [["Code of the booklet item, with an international one where there is one"]], [["Mã mục của sổ, kèm mã quốc tế khi có"]])
* insert Short(effective[x], [["When; may be a day, a month or a year"]], [["Khi nào; có thể chỉ là ngày, tháng hoặc năm"]])
* insert Short(value[x], [["As the catalogue has it for the item"]], [["Theo danh mục của từng mục"]])
* insert Short(dataAbsentReason, [["Why there is no value: not-performed, asked-unknown …"]], [["Vì sao không có giá trị: not-performed, asked-unknown …"]])
* insert Short(interpretation, [["N for a white cell; A and yellow-cell for a yellow one"]], [["Ô trắng: N; ô vàng: A và yellow-cell"]])

RuleSet: AboutMother
* insert Short(subject, [["The mother"]], [["Người mẹ"]])

RuleSet: AboutChild
* insert Short(subject, [["The child"]], [["Trẻ"]])

Invariant: mebe-hiv-tested
Description: "This row only says whether a test for HIV was done; its result stands apart, under mch-hiv-result"
Severity: #error
Expression: "%resource.code.coding.where(system = 'https://mebe.example/fhir/CodeSystem/mch-booklet-item' and code in ('A24'|'D06-1'|'D07-1')).exists() implies $this.ofType(CodeableConcept).where(coding.exists()).all(coding.where(system.startsWith('https://mebe.example/fhir/CodeSystem/')).exists())"
* insert Human([["Dòng này chỉ ghi đã làm xét nghiệm HIV hay chưa; kết quả ghi riêng, theo hồ sơ mch-hiv-result"]])

Profile: MchMaternalObservation
Parent: Observation
Id: mch-maternal-observation
Title: "Observation of the mother"
Description: "Pattern for what is found in, or told by, the mother: history, signs, postnatal findings."
* insert Vietnamese([["Quan sát ở mẹ"]], [["Khuôn chung cho điều khám thấy ở mẹ hoặc mẹ kể: tiền sử, dấu hiệu, khám sau sinh."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts I.3, II and III; Decision 4128/QĐ-BYT (2016)."]])
* insert Item
* insert AboutMother
* value[x] obeys mebe-hiv-tested
* insert ItemsOfMaternalObservation

Profile: MchPregnancyObservation
Parent: Observation
Id: mch-pregnancy-observation
Title: "Observation of a pregnancy"
Description: "Pattern for what is true of one pregnancy: fundal height, number of fetuses, prognosis. Focus is the pregnancy."
* insert Vietnamese([["Quan sát về thai kỳ"]], [["Khuôn chung cho điều thuộc về một thai kỳ: chiều cao tử cung, số thai, tiên lượng. Focus là thai kỳ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts I.3.3 and II; Decision 3412/QĐ-BYT, visit type 1."]])
* insert Item
* insert AboutMother
* obeys mebe-focus
* insert Short(focus, [["The pregnancy (Condition)"]], [["Thai kỳ (Condition)"]])
* insert ItemsOfPregnancyObservation

Profile: MchFetusObservation
Parent: Observation
Id: mch-fetus-observation
Title: "Observation of a fetus"
Description: "Pattern for what is found in a fetus, or in a stillborn child: subject is the mother, focus the pregnancy; the label tells fetuses apart."
* insert Vietnamese([["Quan sát ở thai nhi"]], [["Khuôn chung cho điều khám thấy ở thai nhi, hoặc ở thai chết lưu: subject là mẹ, focus là thai kỳ; nhãn phân biệt các thai."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; Decision 3412/QĐ-BYT, visit type 1."]])
* insert Item
* insert AboutMother
* obeys mebe-focus
* extension contains FetusLabel named fetus 0..1
* insert Short(focus, [["The pregnancy (Condition)"]], [["Thai kỳ (Condition)"]])
* insert ItemsOfFetusObservation

Profile: MchDeliveryObservation
Parent: Observation
Id: mch-delivery-observation
Title: "Observation of a delivery"
Description: "Pattern for labour and birth on the mother's side: place, mode, attendant, blood loss, complication, fetal death."
* insert Vietnamese([["Quan sát về cuộc đẻ"]], [["Khuôn chung cho chuyển dạ và sinh về phía mẹ: nơi đẻ, cách đẻ, người đỡ, máu mất, tai biến, tử vong thai nhi."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, visit type 2."]])
* insert Item
* insert AboutMother
* insert ItemsOfDeliveryObservation

Profile: MchNewbornObservation
Parent: Observation
Id: mch-newborn-observation
Title: "Observation of a newborn"
Description: "Pattern for the newborn at birth and in the first six weeks."
* insert Vietnamese([["Quan sát ở trẻ sơ sinh"]], [["Khuôn chung cho trẻ sơ sinh lúc sinh và trong sáu tuần đầu."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, visit type 2."]])
* insert Item
* insert AboutChild
* insert ItemsOfNewbornObservation

Profile: MchChildObservation
Parent: Observation
Id: mch-child-observation
Title: "Observation of a child"
Description: "Pattern for growth, feeding and the findings of check-ups."
* insert Vietnamese([["Quan sát ở trẻ"]], [["Khuôn chung cho tăng trưởng, nuôi dưỡng và kết quả khám sức khỏe."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part IV; Decision 1551/QĐ-BYT (2026), forms 06-13."]])
* insert Item
* insert AboutChild
* insert ItemsOfChildObservation

Profile: MchMilestone
Parent: Observation
Id: mch-milestone
Title: "Developmental milestone"
Description: "Whether the child can do it: true or false. The code names form and field of Decision 1551/QĐ-BYT."
* insert Vietnamese([["Mốc phát triển"]], [["Trẻ làm được hay không: true hoặc false. Mã gồm số mẫu và tên trường của QĐ 1551/QĐ-BYT."]])
* insert Source([["Decision 1551/QĐ-BYT (2026), forms 06-13."]])
* insert Item
* insert AboutChild
* value[x] only boolean
* insert ItemsOfMilestone

Profile: MchScreening
Parent: Observation
Id: mch-screening
Title: "Screening result"
Description: "Newborn screening of blood, hearing and heart, and later screening such as M-CHAT."
* insert Vietnamese([["Kết quả sàng lọc"]], [["Sàng lọc sơ sinh máu, thính lực, tim và sàng lọc về sau như M-CHAT."]])
* insert Source([["Decision 3412/QĐ-BYT; Decision 1551/QĐ-BYT (SANG_LOC_SO_SINH); Decision 1807/QĐ-BYT (2020)."]])
* insert Item
* insert AboutChild
* insert ItemsOfScreening

Invariant: mebe-hiv-apart
Description: "A result for HIV stands apart, in an Observation of profile mch-hiv-result under a security label"
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and (code = '7918-6' or code = '68961-2' or code = '55277-8')).empty()"
* insert Human([["Kết quả HIV nằm riêng, trong Observation theo hồ sơ mch-hiv-result và có nhãn bảo mật"]])

Profile: MchLaboratory
Parent: Observation
Id: mch-laboratory
Title: "Laboratory result"
Description: "A result of a laboratory or a strip: blood, urine, infection tests other than HIV, glucose tolerance with its components."
* insert Vietnamese([["Kết quả xét nghiệm"]], [["Kết quả xét nghiệm hoặc que thử: máu, nước tiểu, bệnh nhiễm trùng trừ HIV, dung nạp glucose với các thành phần."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; Decision 3412/QĐ-BYT; Decision 6173/QĐ-BYT (2018), gestational diabetes."]])
* insert Item
* obeys mebe-hiv-apart
* component.value[x] obeys mebe-unit-ucum
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(component.value[x], [["With a UCUM unit"]], [["Kèm đơn vị UCUM"]])
* insert Short(component, [["Parts of a panel, such as the times of a glucose tolerance test"]], [["Các phần của một bộ xét nghiệm, như các mốc của nghiệm pháp dung nạp glucose"]])
* insert ItemsOfLaboratory

Invariant: mebe-hiv-label
Description: "A result for HIV carries the confidentiality label R or V"
Severity: #error
Expression: "meta.security.where(system = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality' and (code = 'R' or code = 'V')).exists()"
* insert Human([["Kết quả HIV phải có nhãn bảo mật R hoặc V"]])

Profile: MchHivResult
Parent: Observation
Id: mch-hiv-result
Title: "HIV test result"
Description: "The result of an HIV test, apart from the row that only says a test was done, under a security label."
* insert Vietnamese([["Kết quả xét nghiệm HIV"]], [["Kết quả xét nghiệm HIV, tách khỏi dòng chỉ ghi đã làm xét nghiệm, có nhãn bảo mật."]])
* insert Source([["Law on HIV/AIDS prevention 64/2006/QH11, amended 71/2020/QH14; Decision 3412/QĐ-BYT keeps only whether the test was done."]])
* insert Item
* obeys mebe-hiv-label
* value[x] only CodeableConcept or boolean
* insert Short(meta.security, [["R or V, and HIV"]], [["R hoặc V, và HIV"]])
* insert Short(subject, [["The person tested"]], [["Người được xét nghiệm"]])
* insert ItemsOfHivResult

Profile: MchVitalSign
Parent: http://hl7.org/fhir/StructureDefinition/vitalsigns
Id: mch-vital-sign
Title: "Vital sign or body measurement"
Description: "Weight, height, length, head circumference, BMI, temperature, pulse, breathing: R4's vital signs with the units and limits of the booklet."
* insert Vietnamese([["Dấu hiệu sinh tồn, số đo cơ thể"]], [["Cân nặng, chiều cao, chiều dài, vòng đầu, BMI, thân nhiệt, mạch, nhịp thở: dấu hiệu sinh tồn của R4 với đơn vị và giới hạn của sổ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts II-IV; Decision 1551/QĐ-BYT (2026)."]])
* obeys mebe-colour
* value[x] only Quantity
* value[x] obeys mebe-unit-ucum
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(value[x], [["A quantity in the unit of the item"]], [["Số đo theo đơn vị của mục"]])
* insert ItemsOfVitalSign

Invariant: mebe-bp-order
Description: "Systolic pressure is higher than diastolic"
Severity: #error
Expression: "component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.exists() and component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.exists() implies component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).first().value.value > component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).first().value.value"
* insert Human([["Huyết áp tâm thu phải cao hơn huyết áp tâm trương"]])

Profile: MchBloodPressure
Parent: http://hl7.org/fhir/StructureDefinition/bp
Id: mch-blood-pressure
Title: "Blood pressure"
Description: "Systolic and diastolic pressure together, as R4's blood pressure profile has it."
* insert Vietnamese([["Huyết áp"]], [["Huyết áp tâm thu và tâm trương cùng nhau, theo hồ sơ huyết áp của R4."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts II and III; Decision 3412/QĐ-BYT."]])
* obeys mebe-bp-order and mebe-colour
* component obeys mebe-bp-possible
* insert Short(component, [["Systolic and diastolic, both; a missing one says why"]], [["Tâm thu và tâm trương, đủ cả hai; thiếu thì nói vì sao"]])

Invariant: mebe-growth-method
Description: "A z-score names the standard it follows (method)"
Severity: #warning
Expression: "value.exists() implies method.exists()"
* insert Human([["z-score nên ghi theo chuẩn nào (method)"]])

Profile: MchGrowthScore
Parent: Observation
Id: mch-growth-score
Title: "Growth z-score"
Description: "Weight, length or height, or BMI for age, or weight for height, as a z-score. Computed, never typed."
* insert Vietnamese([["z-score tăng trưởng"]], [["Cân nặng, chiều dài hoặc chiều cao, BMI theo tuổi, hoặc cân nặng theo chiều cao, dưới dạng z-score. Tính ra, không gõ tay."]])
* insert Source([["Decision 1551/QĐ-BYT (2026); WHO Child Growth Standards 2006."]])
* insert Item
* insert AboutChild
* obeys mebe-growth-method
* value[x] only Quantity
* insert Short(method, [["WHO 2006"]], [["WHO 2006"]])
* insert Short(derivedFrom, [["The measurements"]], [["Các số đo"]])
* insert ItemsOfGrowthScore

Profile: MchApgar
Parent: Observation
Id: mch-apgar
Title: "Apgar score"
Description: "The Apgar score at 1, 5 or 10 minutes: a whole number from 0 to 10."
* insert Vietnamese([["Chỉ số Apgar"]], [["Chỉ số Apgar lúc 1, 5 hoặc 10 phút: số nguyên từ 0 đến 10."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III (not verified against the printed form)."]])
* insert Item
* insert AboutChild
* code from https://mebe.example/fhir/ValueSet/mch-apgar-item (required)
* value[x] only integer
* valueInteger ^minValueInteger = 0
* valueInteger ^maxValueInteger = 10
* insert Short(value[x], [["0 to 10"]], [["0 đến 10"]])
* insert ItemsOfApgar

Profile: MchObstetricCount
Parent: Observation
Id: mch-obstetric-count
Title: "Obstetric count (PARA)"
Description: "How many pregnancies, term and preterm births, abortions, living children, caesareans: a whole number each. PARA is the four counts together."
* insert Vietnamese([["Số đếm sản khoa (PARA)"]], [["Số lần có thai, đẻ đủ tháng, đẻ non, sảy và phá thai, con sống, mổ lấy thai: mỗi số là một số nguyên. PARA là bốn số ghép lại."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part I.3.1; Decision 3412/QĐ-BYT: LAN_CO_THAI counts this pregnancy."]])
* insert Item
* insert AboutMother
* value[x] only integer
* insert Short(value[x], [["0 or more"]], [["Từ 0 trở lên"]])
* insert ItemsOfObstetricCount

Invariant: mebe-dating-day
Description: "A due date or the last period is a day, a month or a year: without a time"
Severity: #warning
Expression: "value.ofType(dateTime).all($this.toString().length() <= 10)"
* insert Human([["Ngày dự kiến sinh hay kỳ kinh cuối là ngày, tháng hoặc năm, không có giờ"]])

Profile: MchPregnancyDating
Parent: Observation
Id: mch-pregnancy-dating
Title: "Last period or due date"
Description: "First day of the last menstrual period, or estimated date of delivery; the code says how it was estimated."
* insert Vietnamese([["Kỳ kinh cuối hoặc ngày dự kiến sinh"]], [["Ngày đầu kỳ kinh cuối, hoặc ngày dự kiến sinh; mã nói cách tính."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part I.3.3; Decision 3412/QĐ-BYT."]])
* insert Item
* insert AboutMother
* obeys mebe-focus and mebe-dating-day
* value[x] only dateTime
* insert Short(focus, [["The pregnancy (Condition)"]], [["Thai kỳ (Condition)"]])
* insert Short(value[x], [["A date; asked-unknown when she does not remember"]], [["Một ngày; asked-unknown khi mẹ không nhớ"]])
* insert ItemsOfPregnancyDating

Profile: MchGestationalAge
Parent: Observation
Id: mch-gestational-age
Title: "Gestational age"
Description: "Age of the pregnancy at a visit (on the mother) or at birth (on the child), in weeks or days."
* insert Vietnamese([["Tuổi thai"]], [["Tuổi thai lúc khám (trên mẹ) hoặc lúc sinh (trên trẻ), tính bằng tuần hoặc ngày."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; Decision 3412/QĐ-BYT; Decision 1551/QĐ-BYT, TUAN_THAI_KHI_SINH."]])
* insert Item
* value[x] only Quantity
* insert Short(subject, [["The mother at a visit, the child at birth"]], [["Mẹ khi khám thai, trẻ khi sinh"]])
* insert ItemsOfGestationalAge

Invariant: mebe-ultrasound-content
Description: "An ultrasound report has results or a conclusion"
Severity: #error
Expression: "result.exists() or conclusion.exists() or conclusionCode.exists() or presentedForm.exists()"
* insert Human([["Phiếu siêu âm phải có kết quả hoặc kết luận"]])

Profile: MchUltrasound
Parent: DiagnosticReport
Id: mch-ultrasound
Title: "Obstetric ultrasound report"
Description: "One examination; measurements of each fetus are Observations that it lists."
* insert Vietnamese([["Phiếu siêu âm thai"]], [["Một lần siêu âm; số đo của từng thai là các Observation được liệt kê."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II (not verified against the printed form)."]])
* obeys mebe-ultrasound-content
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* code from MchUltrasoundCode (extensible)
* insert Short(code, [["Booklet item A29, LOINC 11525-3"]], [["Mục A29 của sổ, LOINC 11525-3"]])
* insert Short(subject, [["The mother"]], [["Người mẹ"]])
* insert Short(effective[x], [["When; may be a day, a month or a year"]], [["Khi nào; có thể chỉ là ngày, tháng hoặc năm"]])

ValueSet: MchUltrasoundCode
Id: mch-ultrasound-code
Title: "Obstetric ultrasound"
Description: "Codes of an obstetric ultrasound report."
* insert Vietnamese([["Siêu âm thai"]], [["Mã của phiếu siêu âm thai."]])
* $item#A29
* $loinc#11525-3 "US Pelvis and Fetus for pregnancy"
