// The pregnancy: an episode of care, and the Condition that what belongs to it has as its focus.

Invariant: mebe-episode-finished
Description: "An episode that is finished or cancelled says when it ended"
Severity: #error
Expression: "(status = 'finished' or status = 'cancelled') implies period.end.exists()"
* insert Human([["Đợt theo dõi đã kết thúc hoặc đã hủy phải ghi ngày kết thúc"]])

Invariant: mebe-episode-open
Description: "An episode that is active has no end yet"
Severity: #error
Expression: "status = 'active' implies period.end.empty()"
* insert Human([["Đợt theo dõi đang mở thì chưa có ngày kết thúc"]])

Profile: MchPregnancyEpisode
Parent: EpisodeOfCare
Id: mch-pregnancy-episode
Title: "Care of a pregnancy"
Description: "Pregnancy management from registration to the end of the puerperium or the loss of the pregnancy. One for each pregnancy."
* insert Vietnamese([["Quản lý thai nghén"]], [["Quản lý thai nghén từ khi đăng ký đến hết thời kỳ hậu sản hoặc khi mất thai. Mỗi thai kỳ một đợt."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; Circular 23/2025/TT-BYT (registers and reports)."]])
* obeys mebe-episode-finished and mebe-episode-open
* type 1..1
* type = $episodeType#pregnancy
* patient only Reference(Patient)
* diagnosis 1..*
* diagnosis.condition only Reference(Condition)
* period 1..1
* period.start 1..1
* insert Short(type, [["Pregnancy"]], [["Thai kỳ"]])
* insert Short(patient, [["The pregnant woman"]], [["Người phụ nữ mang thai"]])
* insert Short(diagnosis, [["The pregnancy itself first"]], [["Trước hết là chính thai kỳ"]])
* insert Short(diagnosis.condition, [["The pregnancy as a Condition"]], [["Thai kỳ dưới dạng Condition"]])
* insert Short(period, [["From registration to the end of the puerperium"]], [["Từ khi đăng ký đến hết thời kỳ hậu sản"]])
* insert Short(period.start, [["Day of registration; may be a month or a year"]], [["Ngày đăng ký; có thể chỉ là tháng hoặc năm"]])

Profile: MchChildEpisode
Parent: EpisodeOfCare
Id: mch-child-episode
Title: "Follow-up of a child"
Description: "Follow-up of one child from birth to 72 months."
* insert Vietnamese([["Theo dõi trẻ"]], [["Theo dõi một trẻ từ lúc sinh đến 72 tháng."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part IV."]])
* obeys mebe-episode-finished and mebe-episode-open
* type 1..1
* type = $episodeType#child
* patient only Reference(Patient)
* period 1..1
* period.start 1..1
* insert Short(type, [["Follow-up of a child"]], [["Theo dõi trẻ"]])
* insert Short(patient, [["The child"]], [["Trẻ"]])
* insert Short(period, [["From birth or registration"]], [["Từ lúc sinh hoặc lúc đăng ký"]])
* insert Short(period.start, [["May be a month or a year"]], [["Có thể chỉ là tháng hoặc năm"]])

Invariant: mebe-pregnancy-code
Description: "The ICD-10 code of a pregnancy is one of Z32 to Z37, or of chapter O"
Severity: #error
Expression: "coding.where(system = 'http://hl7.org/fhir/sid/icd-10' or system = 'http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs').all(code.matches('^(Z3[2-7]|O[0-9]{2})'))"
* insert Human([["Mã ICD-10 của thai kỳ thuộc Z32 đến Z37 hoặc chương O"]])

Invariant: mebe-pregnancy-end-missing
Description: "A pregnancy that is resolved says when it ended"
Severity: #warning
Expression: "clinicalStatus.coding.where(code = 'resolved' or code = 'inactive').exists() implies abatement.exists()"
* insert Human([["Thai kỳ đã kết thúc nên ghi ngày kết thúc"]])

Profile: MchPregnancy
Parent: Condition
Id: mch-pregnancy
Title: "Pregnancy"
Description: "The pregnancy as a Condition: what belongs to it, or to its fetus, has it as focus. Onset is the last menstrual period or conception, abatement the birth or loss."
* insert Vietnamese([["Thai kỳ"]], [["Thai kỳ dưới dạng Condition: điều thuộc về thai kỳ hay thai nhi có focus trỏ tới đây. Onset là kỳ kinh cuối hoặc thụ thai, abatement là lúc sinh hoặc mất thai."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part I.3.3; ICD-10 as in Circular 06/2026/TT-BYT."]])
* obeys mebe-pregnancy-end-missing
* clinicalStatus 1..1
* code 1..1
* code obeys mebe-pregnancy-code
* subject only Reference(Patient)
* insert Short(clinicalStatus, [["active while pregnant, resolved afterwards"]], [["active khi đang mang thai, resolved sau đó"]])
* insert Short(code, [["ICD-10, such as Z34.0"]], [["ICD-10, ví dụ Z34.0"]])
* insert Short(subject, [["The pregnant woman"]], [["Người phụ nữ mang thai"]])
* insert Short(onset[x], [["First day of the last period, or conception"]], [["Ngày đầu kỳ kinh cuối, hoặc lúc thụ thai"]])
* insert Short(abatement[x], [["Birth or loss"]], [["Lúc sinh hoặc mất thai"]])

Invariant: mebe-icd10-shape
Description: "An ICD-10 code is a letter and two digits, with or without a point and one or two more characters"
Severity: #error
Expression: "coding.where(system = 'http://hl7.org/fhir/sid/icd-10' or system = 'http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs').all(code.matches('^[A-Z][0-9]{2}([.][0-9A-Z]{1,2})?[*†]?$'))"
* insert Human([["Mã ICD-10 gồm một chữ cái và hai chữ số, có thể thêm dấu chấm và một hoặc hai ký tự"]])

Profile: MchCondition
Parent: Condition
Id: mch-condition
Title: "Health problem or complication"
Description: "A diagnosis of mother or child: complication of pregnancy, birth or puerperium, disease in the history, conclusion of a check-up."
* insert Vietnamese([["Bệnh hoặc tai biến"]], [["Chẩn đoán của mẹ hoặc trẻ: tai biến khi mang thai, khi sinh, sau sinh; bệnh trong tiền sử; kết luận của lần khám."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts I.3.2, II, III, IV; Decision 3412/QĐ-BYT; ICD-10 as in Circular 06/2026/TT-BYT."]])
* code 1..1
* code obeys mebe-icd10-shape
* insert Short(code, [["ICD-10, or the words of the record"]], [["ICD-10, hoặc nguyên văn ghi trong sổ"]])
