// Extensions of ours. Province, commune, ethnic group, occupation and education keep the URLs of the two VN Core drafts.

Extension: VisitNumber
Id: visit-number
Title: "Number of the visit"
Description: "Which visit of its kind this is within the pregnancy, counted from 1. Never put into an identifier."
Context: Encounter
* insert Vietnamese([["Lần khám thứ"]], [["Đây là lần khám thứ mấy trong thai kỳ, đếm từ 1. Không ghi vào mã định danh."]])
* value[x] only integer
* value[x] 1..1
* valueInteger ^minValueInteger = 1
* insert Short(value[x], [["1 or more"]], [["Từ 1 trở lên"]])

Extension: FetusLabel
Id: fetus-label
Title: "Which fetus"
Description: "Tells the fetuses of a multiple pregnancy apart: A, B, C …"
Context: Observation, Procedure, DiagnosticReport
* insert Vietnamese([["Thai nào"]], [["Phân biệt các thai trong đa thai: A, B, C …"]])
* value[x] only string
* value[x] 1..1
* valueString obeys mebe-fetus-label
* insert Short(value[x], [["One capital letter"]], [["Một chữ cái in hoa"]])

Invariant: mebe-fetus-label
Description: "The label of a fetus is one capital letter from A to H"
Severity: #error
Expression: "$this.matches('^[A-H]$')"
* insert Human([["Nhãn thai là một chữ cái in hoa từ A đến H"]])

Extension: HouseholdCategory
Id: household-category
Title: "Group that the household belongs to"
Description: "Poor or near-poor household, difficult area, ethnic-minority area and so on."
Context: Patient
* insert Vietnamese([["Diện đối tượng của gia đình"]], [["Hộ nghèo, cận nghèo, vùng khó khăn, vùng dân tộc thiểu số …"]])
* value[x] only CodeableConcept
* value[x] 1..1
* value[x] from https://mebe.example/fhir/ValueSet/qd1551-doi-tuong (required)
* insert Short(value[x], [["Code of DOI_TUONG"]], [["Mã DOI_TUONG"]])

Extension: VisitFunding
Id: visit-funding
Title: "Source of funds of the visit"
Description: "Who pays for a periodic check-up."
Context: Encounter
* insert Vietnamese([["Nguồn kinh phí khám"]], [["Ai chi trả cho lần khám định kỳ."]])
* value[x] only CodeableConcept
* value[x] 1..1
* value[x] from https://mebe.example/fhir/ValueSet/qd1551-nguon-kinh-phi (required)
* insert Short(value[x], [["Code of NGUON_KINH_PHI"]], [["Mã NGUON_KINH_PHI"]])
