// Mother, child, and the persons related to the child.

Invariant: mebe-cccd-shape
Description: "A personal identification number (CCCD) has 12 digits"
Severity: #error
Expression: "where(system = 'http://fhir.hl7.org.vn/core/sid/cccd' or system = 'http://fhir.ehealth.gov.vn/core/sid/national_id').value.all($this.matches('^[0-9]{12}$'))"
* insert Human([["Số định danh cá nhân (CCCD) gồm đúng 12 chữ số"]])

Invariant: mebe-cmnd-shape
Description: "An old identity card number (CMND) has 9 digits"
Severity: #error
Expression: "where(system = 'http://fhir.hl7.org.vn/core/sid/cmnd' or system = 'http://fhir.ehealth.gov.vn/core/sid/citizen_id').value.all($this.matches('^[0-9]{9}$'))"
* insert Human([["Số chứng minh nhân dân cũ gồm đúng 9 chữ số"]])

Invariant: mebe-bhyt-shape
Description: "A health-insurance number has 15 characters (two letters, a digit from 1 to 5, 12 digits), or 10 digits, or 12 digits"
Severity: #error
Expression: "where(system = 'http://fhir.hl7.org.vn/core/sid/bhyt' or system = 'http://fhir.ehealth.gov.vn/core/sid/insurance_number').value.all($this.matches('^([A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12})$'))"
* insert Human([["Số thẻ bảo hiểm y tế gồm 15 ký tự (hai chữ cái, một chữ số từ 1 đến 5, 12 chữ số), hoặc 10 chữ số, hoặc 12 chữ số"]])

Invariant: mebe-birth-certificate-shape
Description: "A birth certificate number has the shape 00000.GCS.00000.00: serial, GCS, facility, year"
Severity: #error
Expression: "where(system = 'https://mebe.example/fhir/sid/birth-certificate').value.all($this.matches('^[0-9]{5}[.]GCS[.][0-9A-Z]{5}[.][0-9]{2}$'))"
* insert Human([["Số giấy chứng sinh có dạng 00000.GCS.00000.00: số thứ tự, GCS, mã cơ sở, năm"]])

Invariant: mebe-mrn-assigner
Description: "A patient number of a facility is unique only there: say which facility assigned it"
Severity: #warning
Expression: "where(system = 'https://mebe.example/fhir/sid/mrn' or system = 'http://fhir.ehealth.gov.vn/core/sid/patient-internal-id').all(assigner.exists())"
* insert Human([["Mã người bệnh chỉ là duy nhất trong một cơ sở: hãy ghi cơ sở cấp mã"]])

Invariant: mebe-phone-shape
Description: "A telephone number begins with 0 or +84 and has 9 or 10 further digits"
Severity: #warning
Expression: "where(system = 'phone').value.all($this.replaceMatches('[ .-]', '').matches('^([+]84|0)[0-9]{9,10}$'))"
* insert Human([["Số điện thoại bắt đầu bằng 0 hoặc +84, tiếp theo là 9 hoặc 10 chữ số"]])

Invariant: mebe-mother-female
Description: "A mother is female; another gender should be checked"
Severity: #warning
Expression: "gender.exists() implies gender = 'female'"
* insert Human([["Mẹ có giới tính nữ; giới tính khác cần xem lại"]])

Invariant: mebe-multiple-birth
Description: "The order of a multiple birth counts from 1; a single birth is multipleBirthBoolean false"
Severity: #error
Expression: "($this is integer) implies ($this as integer) >= 1"
* insert Human([["Thứ tự sinh trong đa thai đếm từ 1; sinh đơn ghi multipleBirthBoolean là false"]])

Invariant: mebe-birth-time
Description: "The time of birth falls on the date of birth"
Severity: #error
Expression: "birthDate.extension('http://hl7.org/fhir/StructureDefinition/patient-birthTime').exists() and birthDate.hasValue() implies birthDate.extension('http://hl7.org/fhir/StructureDefinition/patient-birthTime').value.first().toString().startsWith(birthDate.toString())"
* insert Human([["Giờ sinh phải thuộc đúng ngày sinh"]])

Invariant: mebe-temporary-identifier
Description: "A temporary identifier never looks like a personal number of 12 digits"
Severity: #error
Expression: "where(system = 'https://mebe.example/fhir/sid/temporary-id' or system = 'https://mebe.example/fhir/sid/temporary-child-id').value.all($this.matches('^[0-9]{12}$').not())"
* insert Human([["Mã tạm không được có dạng số định danh cá nhân 12 chữ số"]])

Invariant: mebe-temporary-number
Description: "An identifier marked temporary is not a personal number: a child without one gets a temporary identifier of another system"
Severity: #error
Expression: "where(use = 'temp' and (system = 'http://fhir.hl7.org.vn/core/sid/cccd' or system = 'http://fhir.ehealth.gov.vn/core/sid/national_id')).empty()"
* insert Human([["Định danh tạm không phải là số định danh cá nhân: trẻ chưa có số thì dùng mã tạm của hệ khác, không đặt ra 12 chữ số"]])

RuleSet: PersonTexts
* insert Short(identifier, [["Personal number; either Vietnamese URI family"]], [["Số định danh; chấp nhận cả hai họ địa chỉ của Việt Nam"]])
* insert Short(telecom, [["Telephone: 0 or +84 and 9 or 10 digits"]], [["Điện thoại: 0 hoặc +84 và 9 hoặc 10 chữ số"]])

RuleSet: PersonIdentifier
* identifier obeys mebe-cccd-shape and mebe-cmnd-shape and mebe-bhyt-shape and mebe-birth-certificate-shape and mebe-mrn-assigner and mebe-temporary-identifier and mebe-temporary-number
* identifier.system 1..1
* telecom obeys mebe-phone-shape
* insert Short(identifier, [["Personal number, insurance, patient number, booklet number, or a temporary identifier"]], [["Số định danh, bảo hiểm y tế, mã người bệnh, số sổ, hoặc mã tạm"]])
* insert Short(telecom, [["Telephone: 0 or +84 and 9 or 10 digits"]], [["Điện thoại: 0 hoặc +84 và 9 hoặc 10 chữ số"]])
* insert Short(identifier.system, [["Either Vietnamese URI family is accepted"]], [["Chấp nhận cả hai họ địa chỉ của Việt Nam"]])

Profile: MchMother
Parent: Patient
Id: mch-mother
Title: "Mother"
Description: "The pregnant woman or mother who holds the booklet."
* insert Vietnamese([["Người mẹ"]], [["Phụ nữ mang thai hoặc người mẹ giữ sổ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), cover and part I.1; Decision 3412/QĐ-BYT; VN Core drafts for identifiers and addresses."]])
* obeys mebe-mother-female
* insert PersonIdentifier
* identifier 1..*
* name 1..*
* name.text 1..1
* birthDate 1..1
* gender 1..1
* insert Short(name, [["Full name as registered"]], [["Họ tên như trong giấy tờ"]])
* insert Short(name.text, [["The whole name in its usual order"]], [["Họ tên đầy đủ theo thứ tự quen dùng"]])
* insert Short(birthDate, [["Date of birth; the year alone when no more is known"]], [["Ngày sinh; chỉ ghi năm khi không biết rõ hơn"]])
* insert Short(gender, [["Female; otherwise check"]], [["Nữ; khác thì xem lại"]])
* insert Short(address, [["Residence: province and commune; no district since 2025-07-01"]], [["Nơi ở: tỉnh và xã; không còn cấp huyện từ 01/07/2025"]])
* extension contains HouseholdCategory named householdCategory 0..*

Profile: MchChild
Parent: Patient
Id: mch-child
Title: "Child"
Description: "The child of the booklet, from birth to six years. Twins are two Patients."
* insert Vietnamese([["Trẻ"]], [["Trẻ của sổ, từ lúc sinh đến sáu tuổi. Hai trẻ sinh đôi là hai Patient."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part I.2; Circular 22/2025/TT-BYT and XML9 (birth certificate); Decree 70/2024/NĐ-CP: no personal number before birth registration."]])
* obeys mebe-birth-time
* insert PersonIdentifier
* identifier 1..*
* name 1..*
* name.text 1..1
* birthDate 1..1
* gender 1..1
* multipleBirth[x] obeys mebe-multiple-birth
* extension contains HouseholdCategory named householdCategory 0..*
* insert Short(name, [["Name, or the intended one (use = temp) before birth registration"]], [["Họ tên, hoặc tên dự định (use = temp) khi chưa khai sinh"]])
* insert Short(name.text, [["The whole name, or such as 'Con bà …'"]], [["Họ tên đầy đủ, hoặc 'Con bà …'"]])
* insert Short(birthDate, [["Date of birth; the time stands in patient-birthTime"]], [["Ngày sinh; giờ sinh ở phần mở rộng patient-birthTime"]])
* insert Short(gender, [["male, female, or unknown when not determined"]], [["Nam, nữ, hoặc unknown khi chưa xác định"]])
* insert Short(multipleBirth[x], [["false for a single birth; the order for twins and more"]], [["false khi sinh đơn; thứ tự khi sinh đôi trở lên"]])

Invariant: mebe-mother-role
Description: "The relationship is mother: MTH, or NMTH (natural), GESTM (gestational)"
Severity: #error
Expression: "relationship.exists() implies relationship.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode' and (code = 'MTH' or code = 'NMTH' or code = 'GESTM')).exists()"
* insert Human([["Quan hệ là mẹ: MTH, hoặc NMTH (mẹ ruột), GESTM (mẹ mang thai)"]])

Profile: MchMotherOfChild
Parent: RelatedPerson
Id: mch-mother-of-child
Title: "Mother of a child"
Description: "The mother as a person related to one child; her own Patient points here with link seealso. One for each child."
* insert Vietnamese([["Mẹ của trẻ"]], [["Người mẹ trong quan hệ với một trẻ; Patient của mẹ trỏ tới đây bằng link seealso. Mỗi trẻ một bản ghi."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part I; Decision 831/QĐ-BYT (2017) as mapped by the Ministry's VN Core draft."]])
* obeys mebe-mother-role
* patient only Reference(Patient)
* relationship 1..*
* identifier obeys mebe-cccd-shape
* telecom obeys mebe-phone-shape
* insert Short(patient, [["The child"]], [["Trẻ"]])
* insert PersonTexts
* insert Short(relationship, [["Mother"]], [["Mẹ"]])

Invariant: mebe-caregiver-name
Description: "A caregiver has a name, or a telephone number by which to be reached"
Severity: #error
Expression: "name.exists() or telecom.exists()"
* insert Human([["Người chăm sóc phải có họ tên hoặc số điện thoại để liên lạc"]])

Profile: MchCaregiver
Parent: RelatedPerson
Id: mch-caregiver
Title: "Caregiver"
Description: "Father, grandparent, guardian or another person who looks after the mother or the child."
* insert Vietnamese([["Người chăm sóc"]], [["Bố, ông bà, người giám hộ hoặc người khác chăm sóc mẹ hay trẻ."]])
* insert Source([["Decision 140/QĐ-BYT (2020), part I.1; Decision 1551/QĐ-BYT, MOI_QUAN_HE_VOI_TRE."]])
* obeys mebe-caregiver-name
* relationship 1..*
* relationship from MchRelationship (extensible)
* identifier obeys mebe-cccd-shape
* telecom obeys mebe-phone-shape
* insert Short(patient, [["Mother or child"]], [["Mẹ hoặc trẻ"]])
* insert PersonTexts
* insert Short(relationship, [["Relationship to the child"]], [["Quan hệ với trẻ"]])

ValueSet: MchRelationship
Id: mch-relationship
Title: "Relationship to the child"
Description: "Persons who look after the child: codes of Decision 1551/QĐ-BYT and of HL7."
* insert Vietnamese([["Quan hệ với trẻ"]], [["Người chăm sóc trẻ: mã của QĐ 1551/QĐ-BYT và của HL7."]])
* include codes from system https://mebe.example/fhir/CodeSystem/qd1551-quan-he
* $role#FTH "father"
* $role#NFTH "natural father"
* $role#MTH "mother"
* $role#NMTH "natural mother"
* $role#HUSB "husband"
* $role#SPS "spouse"
* $role#GUARD "guardian"
* $role#GRMTH "grandmother"
* $role#GRFTH "grandfather"
* $role#MGRMTH "maternal grandmother"
* $role#MGRFTH "maternal grandfather"
* $role#PGRMTH "paternal grandmother"
* $role#PGRFTH "paternal grandfather"
* $role#SIB "sibling"
* $role#AUNT "aunt"
* $role#UNCLE "uncle"
* $role#FAMMEMB "family member"
