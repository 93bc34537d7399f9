// Value sets over code systems of ours that are not in the item catalogue; the systems themselves are in catalogue/codes.json.

ValueSet: MchEncounterTypeSet
Id: mch-encounter-type
Title: "Kinds of visit"
Description: "Kinds of visit of mother and child."
* insert Vietnamese([["Loại lần khám"]], [["Các loại lần khám của mẹ và trẻ."]])
* include codes from system $encounterType

ValueSet: MchDocumentSectionSet
Id: mch-document-section
Title: "Parts of a document"
Description: "Parts of the booklet as a document."
* insert Vietnamese([["Các phần của tài liệu"]], [["Các phần của sổ dưới dạng tài liệu."]])
* include codes from system $section

ValueSet: MchVaccineSet
Id: mch-vaccine
Title: "Vaccines"
Description: "Vaccines of the programme and others, ours and CVX."
* insert Vietnamese([["Vắc xin"]], [["Vắc xin trong chương trình và ngoài chương trình: mã của Mebe và CVX."]])
* include codes from system $vaccine
* include codes from system $cvx

ValueSet: MchMedicineSet
Id: mch-medicine
Title: "Medicines"
Description: "Medicines and supplements of the booklet, ours and ATC."
* insert Vietnamese([["Thuốc"]], [["Thuốc và vi chất của sổ: mã của Mebe và ATC."]])
* include codes from system $medicine
* include codes from system http://www.whocc.no/atc
