// Visits. Which items a visit should have is in the catalogue (`requiredAt`): completeness, never a reason to refuse.

RuleSet: Visit
* type 1..1
* subject 1..1
* period 1..1
* period.start 1..1
* extension contains VisitNumber named visitNumber 0..1
* insert Short(type, [["Kind of visit"]], [["Loại lần khám"]])
* insert Short(period, [["When; may be a day, a month or a year"]], [["Khi nào; có thể chỉ là ngày, tháng hoặc năm"]])
* insert Short(period.start, [["Begin of the visit"]], [["Bắt đầu lần khám"]])
* insert Short(serviceProvider, [["Facility, when known"]], [["Cơ sở, khi biết"]])
* insert Short(participant, [["Who examined, when known"]], [["Người khám, khi biết"]])

RuleSet: VisitOfMother
* insert Visit
* subject only Reference(Patient)
* episodeOfCare only Reference(EpisodeOfCare)
* insert Short(subject, [["The mother"]], [["Người mẹ"]])

RuleSet: VisitOfChild
* insert Visit
* subject only Reference(Patient)
* insert Short(subject, [["The child"]], [["Trẻ"]])

Invariant: mebe-visit-episode
Description: "A visit of the mother belongs to the care of one pregnancy"
Severity: #warning
Expression: "episodeOfCare.exists()"
* insert Human([["Lần khám của mẹ nên thuộc một đợt quản lý thai kỳ"]])

Profile: MchAntenatalVisit
Parent: Encounter
Id: mch-antenatal-visit
Title: "Antenatal visit"
Description: "One antenatal visit. Its findings are Observations that refer to it."
* insert Vietnamese([["Lần khám thai"]], [["Một lần khám thai. Kết quả là các Observation trỏ tới lần khám."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; register A3/YTCS; Decision 3412/QĐ-BYT, visit type 1."]])
* insert VisitOfMother
* type = $encounterType#antenatal
* episodeOfCare 1..1
* insert Short(episodeOfCare, [["The pregnancy this visit belongs to"]], [["Thai kỳ mà lần khám này thuộc về"]])

Profile: MchDeliveryEncounter
Parent: Encounter
Id: mch-delivery-encounter
Title: "Delivery: the mother's stay"
Description: "The mother's stay for labour and birth, in a facility or elsewhere. Each child has its own birth encounter, part of this one."
* insert Vietnamese([["Sinh đẻ: đợt của mẹ"]], [["Đợt chuyển dạ và sinh của mẹ, ở cơ sở y tế hoặc nơi khác. Mỗi trẻ có một lần sinh riêng thuộc đợt này."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, visit type 2."]])
* insert VisitOfMother
* obeys mebe-visit-episode
* type = $encounterType#delivery

Profile: MchBirthEncounter
Parent: Encounter
Id: mch-birth-encounter
Title: "Birth: the child's stay"
Description: "The birth of one child, part of the mother's delivery. A stillborn child has none: it is recorded on the mother."
* insert Vietnamese([["Trẻ ra đời: đợt của trẻ"]], [["Lúc một trẻ ra đời, thuộc đợt sinh của mẹ. Thai chết lưu không có bản ghi này: ghi trên mẹ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, visit type 2."]])
* insert VisitOfChild
* type = $encounterType#birth
* partOf 1..1
* partOf only Reference(Encounter)
* insert Short(partOf, [["The mother's delivery"]], [["Đợt sinh của mẹ"]])

Profile: MchPostnatalMotherVisit
Parent: Encounter
Id: mch-postnatal-mother-visit
Title: "Postnatal visit of the mother"
Description: "A visit of the mother within six weeks of the birth, in a facility or at home."
* insert Vietnamese([["Khám mẹ sau sinh"]], [["Lần khám mẹ trong sáu tuần sau sinh, ở cơ sở y tế hoặc tại nhà."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, CS_TUAN_DAU and CS_TUAN_2_DEN_6."]])
* insert VisitOfMother
* obeys mebe-visit-episode
* type = $encounterType#postnatal-mother

Profile: MchPostnatalNewbornVisit
Parent: Encounter
Id: mch-postnatal-newborn-visit
Title: "Postnatal visit of the newborn"
Description: "A visit of the newborn within six weeks of the birth, in a facility or at home."
* insert Vietnamese([["Khám trẻ sau sinh"]], [["Lần khám trẻ trong sáu tuần sau sinh, ở cơ sở y tế hoặc tại nhà."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, CS_TUAN_DAU and CS_TUAN_2_DEN_6."]])
* insert VisitOfChild
* type = $encounterType#postnatal-newborn

Profile: MchChildCheckup
Parent: Encounter
Id: mch-child-checkup
Title: "Check-up of a child"
Description: "A periodic check-up under six years, in a facility or at nursery."
* insert Vietnamese([["Khám sức khỏe trẻ em"]], [["Khám sức khỏe định kỳ cho trẻ dưới sáu tuổi, ở cơ sở y tế hoặc ở trường."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part IV; Decision 1551/QĐ-BYT (2026), forms 06-14; Circular 23/2017/TT-BYT."]])
* insert VisitOfChild
* type = $encounterType#child-checkup
* extension contains VisitFunding named funding 0..1

Profile: MchVaccinationVisit
Parent: Encounter
Id: mch-vaccination-visit
Title: "Vaccination session"
Description: "One visit for vaccination of mother or child; each dose is an Immunization."
* insert Vietnamese([["Buổi tiêm chủng"]], [["Một lần đi tiêm chủng của mẹ hoặc trẻ; mỗi mũi là một Immunization."]])
* insert Source([["Circular 13/2026/TT-BYT; Decision 1575/QĐ-BYT (2023), screening before vaccination."]])
* insert Visit
* subject only Reference(Patient)
* type = $encounterType#vaccination
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])

Invariant: mebe-sick-visit-reason
Description: "A sick visit says why the child was brought: reason or diagnosis"
Severity: #warning
Expression: "reasonCode.exists() or reasonReference.exists() or diagnosis.exists()"
* insert Human([["Lần khám bệnh nên ghi lý do khám hoặc chẩn đoán"]])

Profile: MchSickVisit
Parent: Encounter
Id: mch-sick-visit
Title: "Sick visit of a child"
Description: "A visit because the child is ill; symptoms and diagnoses are reasons or Conditions."
* insert Vietnamese([["Khám bệnh trẻ em"]], [["Lần khám vì trẻ ốm; triệu chứng và chẩn đoán là lý do khám hoặc Condition."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part IV: the booklet replaces the sick-visit book."]])
* insert VisitOfChild
* obeys mebe-sick-visit-reason
* type = $encounterType#sick-child
* insert Short(reasonCode, [["Symptom or ICD-10 code"]], [["Triệu chứng hoặc mã ICD-10"]])
