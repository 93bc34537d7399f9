// Documents made from the resources: mother's booklet, child's booklet, birth notice.

RuleSet: BookletDocument
* type 1..1
* subject 1..1
* subject only Reference(Patient)
* section 1..*
* section.title 1..1
* section.code 1..1
* section.code from MchDocumentSectionSet (extensible)
* insert Short(section, [["Parts of the booklet, one each"]], [["Mỗi phần của sổ một mục"]])
* insert Short(section.title, [["Title of the part"]], [["Tên phần"]])
* insert Short(section.code, [["Which part of the booklet"]], [["Phần nào của sổ"]])

Profile: MchMotherBooklet
Parent: Composition
Id: mch-mother-booklet
Title: "Mother's booklet"
Description: "The mother's part of the booklet as a document, for one pregnancy."
* insert Vietnamese([["Sổ của mẹ"]], [["Phần của mẹ trong sổ dưới dạng tài liệu, cho một thai kỳ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts I to III; Decision 1021/QĐ-BYT (2021)."]])
* insert BookletDocument
* type = $documentType#mother-booklet
* insert Short(type, [["Mother's booklet"]], [["Sổ của mẹ"]])
* insert Short(subject, [["The mother"]], [["Người mẹ"]])

Profile: MchChildBooklet
Parent: Composition
Id: mch-child-booklet
Title: "Child's booklet"
Description: "The child's part of the booklet as a document; what it says about the mother has her as focus."
* insert Vietnamese([["Sổ của trẻ"]], [["Phần của trẻ trong sổ dưới dạng tài liệu; điều nói về mẹ có focus là mẹ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts III and IV; Decision 1021/QĐ-BYT (2021)."]])
* insert BookletDocument
* type = $documentType#child-booklet
* insert Short(type, [["Child's booklet"]], [["Sổ của trẻ"]])
* insert Short(subject, [["The child"]], [["Trẻ"]])

Invariant: mebe-birth-notice-mother
Description: "A birth notice has a part about the mother, with her as focus"
Severity: #error
Expression: "section.exists() implies section.where(code.coding.where(system = 'https://mebe.example/fhir/CodeSystem/mch-document-section' and code = 'mother').exists()).focus.exists()"
* insert Human([["Giấy báo sinh phải có phần về mẹ, với focus là mẹ"]])

Profile: MchBirthNotice
Parent: Composition
Id: mch-birth-notice
Title: "Birth notice"
Description: "What a commune station needs to open the record of a newborn, and what the birth certificate (XML9) holds."
* insert Vietnamese([["Giấy báo sinh"]], [["Điều trạm y tế cần để mở hồ sơ cho trẻ sơ sinh, và nội dung của giấy chứng sinh (XML9)."]])
* insert Source([["Circular 22/2025/TT-BYT (birth certificate); XML9 of Decision 3176/QĐ-BYT."]])
* insert BookletDocument
* obeys mebe-birth-notice-mother
* type = $documentType#birth-notice
* insert Short(type, [["Birth notice"]], [["Giấy báo sinh"]])
* insert Short(subject, [["The child"]], [["Trẻ"]])

Profile: MchDocument
Parent: Bundle
Id: mch-document
Title: "Booklet document"
Description: "A booklet or birth notice with everything it refers to, in one Bundle."
* insert Vietnamese([["Tài liệu của sổ"]], [["Sổ hoặc giấy báo sinh cùng mọi bản ghi được nhắc tới, trong một Bundle."]])
* insert Source([["Decision 1021/QĐ-BYT (2021), electronic booklet."]])
* type = #document
* entry 1..*
* entry.fullUrl 1..1
* insert Short(type, [["document"]], [["document"]])
* insert Short(entry, [["The Composition first, then what it refers to"]], [["Composition trước, rồi các bản ghi được nhắc tới"]])
* insert Short(entry.fullUrl, [["By which the parts refer to each other"]], [["Để các phần trỏ tới nhau"]])
