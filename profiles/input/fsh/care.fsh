// Referral, appointments, plans, risks, family pages, consent, provenance.

Invariant: mebe-referral-reason
Description: "A referral says why"
Severity: #error
Expression: "reasonCode.exists() or reasonReference.exists() or code.text.exists()"
* insert Human([["Chuyển tuyến phải ghi lý do"]])

Invariant: mebe-referral-to
Description: "A referral says where to"
Severity: #warning
Expression: "performer.exists() or performerType.exists() or locationCode.exists() or locationReference.exists()"
* insert Human([["Chuyển tuyến nên ghi chuyển đến đâu"]])

Profile: MchReferral
Parent: ServiceRequest
Id: mch-referral
Title: "Referral"
Description: "Referral of mother or child to another facility: where, why, when."
* insert Vietnamese([["Chuyển tuyến"]], [["Chuyển mẹ hoặc trẻ đến cơ sở khác: nơi, lý do, giờ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts II and IV; XML13 referral form of Decision 3176/QĐ-BYT."]])
* obeys mebe-referral-reason and mebe-referral-to
* category 1..1
* category = $requestCategory#referral
* subject only Reference(Patient)
* authoredOn 1..1
* insert Short(category, [["Referral"]], [["Chuyển tuyến"]])
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(authoredOn, [["When it was decided"]], [["Lúc quyết định"]])
* insert Short(performer, [["Facility referred to"]], [["Nơi chuyển đến"]])

Invariant: mebe-appointment-patient
Description: "An appointment has the mother or the child among its participants"
Severity: #error
Expression: "participant.actor.where(reference.matches('^(.*/)?Patient/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?$') or type = 'Patient' or resolve().ofType(Patient).exists()).exists()"
* insert Human([["Lịch hẹn phải có mẹ hoặc trẻ trong những người tham gia"]])

Profile: MchAppointment
Parent: Appointment
Id: mch-appointment
Title: "Next visit"
Description: "The next antenatal, postnatal, check-up or vaccination visit."
* insert Vietnamese([["Hẹn khám"]], [["Lần khám thai, khám sau sinh, khám sức khỏe hoặc tiêm chủng tiếp theo."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts II-IV."]])
* obeys mebe-appointment-patient
* serviceType from MchEncounterTypeSet (extensible)
* insert Short(serviceType, [["Kind of visit"]], [["Loại lần khám"]])

Profile: MchCarePlan
Parent: CarePlan
Id: mch-care-plan
Title: "Care or birth plan"
Description: "Birth plan (place, transport, companion, blood donor, money), advice and follow-up."
* insert Vietnamese([["Kế hoạch chăm sóc, kế hoạch sinh"]], [["Kế hoạch sinh (nơi sinh, phương tiện, người đi cùng, người cho máu, tiền), dặn dò và theo dõi."]])
* insert Source([["Decision 140/QĐ-BYT (2020), family pages of part II."]])
* title 1..1
* subject only Reference(Patient)
* activity 1..*
* insert Short(title, [["What the plan is for"]], [["Kế hoạch về việc gì"]])
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(activity, [["One thing to do each"]], [["Mỗi việc một mục"]])

Profile: MchFlag
Parent: Flag
Id: mch-flag
Title: "Warning on a record"
Description: "High-risk pregnancy, danger sign, HBsAg-positive mother, loss of a child and the like."
* insert Vietnamese([["Cảnh báo trên hồ sơ"]], [["Thai nghén nguy cơ cao, dấu hiệu nguy hiểm, mẹ HBsAg dương tính, mất con và tương tự."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; Decision 4128/QĐ-BYT (2016)."]])
* code from https://mebe.example/fhir/ValueSet/mch-flag (preferred)
* subject only Reference(Patient)
* period 1..1
* insert Short(code, [["Why to be careful"]], [["Vì sao cần lưu ý"]])
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(period, [["From when to when"]], [["Từ khi nào đến khi nào"]])

Invariant: mebe-risk-basis
Description: "A risk assessment names what it rests on"
Severity: #warning
Expression: "basis.exists()"
* insert Human([["Đánh giá nguy cơ nên nêu căn cứ"]])

Profile: MchRiskAssessment
Parent: RiskAssessment
Id: mch-risk-assessment
Title: "Risk assessment"
Description: "Risk of the pregnancy, of the birth or of the child, with what it rests on."
* insert Vietnamese([["Đánh giá nguy cơ"]], [["Nguy cơ của thai kỳ, của cuộc đẻ hoặc của trẻ, kèm căn cứ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; Decision 4128/QĐ-BYT (2016)."]])
* obeys mebe-risk-basis
* subject only Reference(Patient)
* prediction 1..*
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(basis, [["Observations and Conditions"]], [["Các quan sát và chẩn đoán"]])
* insert Short(prediction, [["What may happen, how likely"]], [["Điều có thể xảy ra, khả năng"]])

Profile: MchFamilyPage
Parent: QuestionnaireResponse
Id: mch-family-page
Title: "Page written by the family"
Description: "Notes, questions and diary of the family: they are the family's words, not findings."
* insert Vietnamese([["Trang do gia đình ghi"]], [["Ghi chép, câu hỏi, nhật ký của gia đình: lời của gia đình, không phải kết quả khám."]])
* insert Source([["Decision 140/QĐ-BYT (2020): pages for the family."]])
* questionnaire 1..1
* subject 1..1
* subject only Reference(Patient)
* authored 1..1
* source 1..1
* source only Reference(Patient or RelatedPerson)
* insert Short(questionnaire, [["The family page"]], [["Trang gia đình"]])
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(authored, [["When it was written"]], [["Lúc viết"]])
* insert Short(source, [["Who wrote it: mother or a relative"]], [["Ai viết: mẹ hoặc người thân"]])

Profile: MchConsent
Parent: Consent
Id: mch-consent
Title: "Consent to share"
Description: "Consent for one purpose: who agreed, for whom, when. Mother's and child's are two objects."
* insert Vietnamese([["Đồng ý chia sẻ"]], [["Sự đồng ý cho một mục đích: ai đồng ý, cho ai, khi nào. Của mẹ và của trẻ là hai bản ghi."]])
* insert Source([["Personal Data Protection Law 91/2025/QH15, article 26; Decree 356/2025/NĐ-CP."]])
* patient 1..1
* dateTime 1..1
* performer 1..*
* provision 1..1
* provision.purpose 1..*
* insert Short(patient, [["Whose record"]], [["Hồ sơ của ai"]])
* insert Short(dateTime, [["When it was given"]], [["Lúc đồng ý"]])
* insert Short(performer, [["Who agreed: the person or a representative"]], [["Ai đồng ý: chính người đó hoặc người đại diện"]])
* insert Short(provision, [["What is permitted"]], [["Cho phép điều gì"]])
* insert Short(provision.purpose, [["Consent is for a purpose"]], [["Đồng ý cho mục đích nào"]])

Invariant: mebe-provenance-enterer
Description: "What was copied from paper names who entered it"
Severity: #error
Expression: "entity.where(role = 'source').exists() implies agent.type.coding.where(code = 'enterer').exists()"
* insert Human([["Bản ghi chép từ giấy phải nêu người nhập"]])

Profile: MchProvenance
Parent: Provenance
Id: mch-provenance
Title: "Where a record comes from"
Description: "Copied from the paper booklet, told by the mother, sent by a hospital; who entered it, and who signed."
* insert Vietnamese([["Nguồn gốc bản ghi"]], [["Chép từ sổ giấy, mẹ kể, bệnh viện gửi; ai nhập và ai ký."]])
* insert Source([["Decision 1021/QĐ-BYT (2021); Circular 13/2025/TT-BYT (electronic records)."]])
* obeys mebe-provenance-enterer
* activity 1..1
* insert Short(activity, [["What was done: copied, told, imported"]], [["Đã làm gì: chép lại, kể lại, nhập vào"]])
* insert Short(agent, [["Who entered it, who told it"]], [["Ai nhập, ai cung cấp"]])
* insert Short(entity, [["Paper page, message or other source"]], [["Trang giấy, thông điệp hoặc nguồn khác"]])
