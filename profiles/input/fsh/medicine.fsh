// Iron, folic acid, calcium, vitamin A, vitamin K1, deworming, oxytocin.

Invariant: mebe-medicine-code
Description: "A medicine has a code or at least its name"
Severity: #error
Expression: "($this is Reference) or coding.exists() or text.exists()"
* insert Human([["Thuốc phải có mã hoặc ít nhất là tên"]])

Profile: MchSupplement
Parent: MedicationStatement
Id: mch-supplement
Title: "Supplement taken"
Description: "Iron, folic acid, multiple micronutrients, calcium or another medicine as the mother or the record says it is taken."
* insert Vietnamese([["Bổ sung vi chất"]], [["Viên sắt, axit folic, đa vi chất, canxi hoặc thuốc khác theo lời mẹ hoặc theo sổ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part II; register A3/YTCS."]])
* medication[x] only CodeableConcept
* medicationCodeableConcept from https://mebe.example/fhir/ValueSet/mch-medicine (extensible)
* medicationCodeableConcept obeys mebe-medicine-code
* subject only Reference(Patient)
* effective[x] 1..1
* insert Short(medication[x], [["Our code and ATC"]], [["Mã của Mebe và ATC"]])
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(effective[x], [["From when to when, as far as known"]], [["Từ khi nào đến khi nào, theo mức biết được"]])

Invariant: mebe-dose-unit
Description: "The dose of a medicine given has a UCUM unit"
Severity: #error
Expression: "dose.exists() implies dose.system.exists() and dose.system = 'http://unitsofmeasure.org' and dose.code.exists()"
* insert Human([["Liều thuốc đã dùng phải có đơn vị UCUM"]])

Invariant: mebe-medicine-not-given
Description: "A medicine not given says why, when known"
Severity: #warning
Expression: "status = 'not-done' implies statusReason.exists()"
* insert Human([["Thuốc không dùng nên ghi lý do, khi biết"]])

Profile: MchMedicationAdministration
Parent: MedicationAdministration
Id: mch-medication-administration
Title: "Medicine given"
Description: "Vitamin K1 at birth, vitamin A, deworming, oxytocin and other medicines given by a health worker."
* insert Vietnamese([["Thuốc đã dùng"]], [["Vitamin K1 lúc sinh, vitamin A, tẩy giun, oxytocin và thuốc khác do nhân viên y tế cho."]])
* insert Source([["Decision 140/QĐ-BYT (2020), parts III and IV; Decision 3412/QĐ-BYT."]])
* obeys mebe-medicine-not-given
* medication[x] only CodeableConcept
* medicationCodeableConcept from https://mebe.example/fhir/ValueSet/mch-medicine (extensible)
* medicationCodeableConcept obeys mebe-medicine-code
* subject only Reference(Patient)
* dosage obeys mebe-dose-unit
* insert Short(medication[x], [["Our code and ATC"]], [["Mã của Mebe và ATC"]])
* insert Short(subject, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert Short(dosage, [["Dose with a UCUM unit"]], [["Liều, đơn vị UCUM"]])
* insert Short(effective[x], [["When; may be a day, a month or a year"]], [["Khi nào; có thể chỉ là ngày, tháng hoặc năm"]])
