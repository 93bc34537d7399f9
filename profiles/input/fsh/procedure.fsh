// One delivery for the mother, one birth for each child: twins may be born in different ways.

Invariant: mebe-delivery-pregnancy
Description: "A delivery has the pregnancy that it ended as its reason"
Severity: #warning
Expression: "reasonReference.exists()"
* insert Human([["Cuộc đẻ nên có lý do là thai kỳ mà nó kết thúc"]])

RuleSet: Delivered
* category 1..1
* code 1..1
* code from https://mebe.example/fhir/ValueSet/qd3412-cach-de (extensible)
* performed[x] 1..1
* performed[x] only dateTime or Period
* insert Short(code, [["How: normal, caesarean, vacuum, forceps"]], [["Cách đẻ: đẻ thường, mổ, giác hút, fooc xép"]])
* insert Short(performed[x], [["When; may be a day, a month or a year"]], [["Khi nào; có thể chỉ là ngày, tháng hoặc năm"]])

Profile: MchDelivery
Parent: Procedure
Id: mch-delivery
Title: "Delivery"
Description: "The delivery of the mother, one for a pregnancy, a stillbirth included."
* insert Vietnamese([["Cuộc đẻ"]], [["Cuộc đẻ của mẹ, mỗi thai kỳ một lần, kể cả khi thai chết lưu."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, CACH_DE."]])
* insert Delivered
* obeys mebe-delivery-pregnancy
* category = $procedureCategory#delivery
* subject only Reference(Patient)
* reasonReference only Reference(Condition)
* insert Short(category, [["Delivery"]], [["Sinh đẻ"]])
* insert Short(subject, [["The mother"]], [["Người mẹ"]])
* insert Short(reasonReference, [["The pregnancy"]], [["Thai kỳ"]])

Profile: MchBirth
Parent: Procedure
Id: mch-birth
Title: "Birth of a child"
Description: "The birth of one child, part of the mother's delivery."
* insert Vietnamese([["Trẻ ra đời"]], [["Lần ra đời của một trẻ, thuộc cuộc đẻ của mẹ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part III; Decision 3412/QĐ-BYT, CACH_DE."]])
* insert Delivered
* category = $procedureCategory#birth
* subject only Reference(Patient)
* partOf 1..1
* partOf only Reference(Procedure)
* insert Short(category, [["Birth"]], [["Trẻ ra đời"]])
* insert Short(subject, [["The child"]], [["Trẻ"]])
* insert Short(partOf, [["The mother's delivery"]], [["Cuộc đẻ của mẹ"]])
