// Identifier systems. Both Vietnamese URI families are accepted; the preferred one is written.

RuleSet: Named(name, title, kind)
* name = {name}
* status = #draft
* kind = #identifier
* date = "2026-11-22"
* publisher = "Mebe"
* responsible = {kind}
* description = {title}
* jurisdiction = urn:iso:std:iso:3166#VN "Viet Nam"

RuleSet: Uri(uri, preferred)
* uniqueId[+].type = #uri
* uniqueId[=].value = {uri}
* uniqueId[=].preferred = {preferred}

Instance: cccd
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Cccd", [["Số định danh cá nhân / CCCD: 12 chữ số. Personal identification number: 12 digits."]], [["Bộ Công an"]])
* insert Uri("http://fhir.hl7.org.vn/core/sid/cccd", true)
* insert Uri("http://fhir.ehealth.gov.vn/core/sid/national_id", false)

Instance: cmnd
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Cmnd", [["Số chứng minh nhân dân cũ: 9 chữ số. Old identity card number: 9 digits."]], [["Bộ Công an"]])
* insert Uri("http://fhir.hl7.org.vn/core/sid/cmnd", true)
* insert Uri("http://fhir.ehealth.gov.vn/core/sid/citizen_id", false)

Instance: bhyt
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Bhyt", [["Số thẻ bảo hiểm y tế hoặc mã số bảo hiểm xã hội. Health-insurance card or social-insurance number."]], [["Bảo hiểm xã hội Việt Nam"]])
* insert Uri("http://fhir.hl7.org.vn/core/sid/bhyt", true)
* insert Uri("http://fhir.ehealth.gov.vn/core/sid/insurance_number", false)

Instance: passport
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Passport", [["Số hộ chiếu. Passport number."]], [["Bộ Công an"]])
* insert Uri("http://fhir.hl7.org.vn/core/sid/passport", true)
* insert Uri("http://fhir.ehealth.gov.vn/core/sid/passport_number", false)

Instance: mrn
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Mrn", [["Mã người bệnh của một cơ sở; chỉ duy nhất trong cơ sở ấy. Patient number of a facility; unique only there."]], [["Cơ sở khám bệnh, chữa bệnh"]])
* insert Uri("https://mebe.example/fhir/sid/mrn", true)
* insert Uri("http://fhir.ehealth.gov.vn/core/sid/patient-internal-id", false)

Instance: facility-code
InstanceOf: NamingSystem
Usage: #definition
* insert Named("FacilityCode", [["Mã cơ sở khám bệnh, chữa bệnh: 5 ký tự (MA_CSKCB). Facility code: 5 characters."]], [["Bộ Y tế"]])
* insert Uri("https://mebe.example/fhir/sid/facility-code", true)
* insert Uri("http://fhir.ehealth.gov.vn/core/sid/provider-medical-license-number", false)

Instance: birth-certificate
InstanceOf: NamingSystem
Usage: #definition
* insert Named("BirthCertificate", [["Số giấy chứng sinh: 00000.GCS.00000.00 (TT 22/2025/TT-BYT). Birth certificate number."]], [["Bộ Y tế"]])
* insert Uri("https://mebe.example/fhir/sid/birth-certificate", true)

Instance: mch-booklet
InstanceOf: NamingSystem
Usage: #definition
* insert Named("MchBooklet", [["Số Sổ theo dõi sức khỏe bà mẹ và trẻ em. Number of the maternal and child health booklet."]], [["Cơ sở cấp sổ"]])
* insert Uri("https://mebe.example/fhir/sid/mch-booklet", true)

Instance: pregnancy
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Pregnancy", [["Mã của một thai kỳ. Identifier of one pregnancy."]], [["Cơ sở quản lý thai"]])
* insert Uri("https://mebe.example/fhir/sid/pregnancy", true)

Instance: temporary-id
InstanceOf: NamingSystem
Usage: #definition
* insert Named("TemporaryId", [["Mã tạm của người chưa có giấy tờ. Temporary identifier of a person without papers."]], [["Cơ sở cấp mã"]])
* insert Uri("https://mebe.example/fhir/sid/temporary-id", true)

Instance: temporary-child-id
InstanceOf: NamingSystem
Usage: #definition
* insert Named("TemporaryChildId", [["Mã tạm của trẻ chưa có số định danh; không bao giờ là 12 chữ số. Temporary identifier of a child without a personal number; never 12 digits."]], [["Cơ sở cấp mã"]])
* insert Uri("https://mebe.example/fhir/sid/temporary-child-id", true)

Instance: referral
InstanceOf: NamingSystem
Usage: #definition
* insert Named("Referral", [["Số phiếu chuyển tuyến. Referral number."]], [["Cơ sở chuyển tuyến"]])
* insert Uri("https://mebe.example/fhir/sid/referral", true)

Instance: dried-blood-spot
InstanceOf: NamingSystem
Usage: #definition
* insert Named("DriedBloodSpot", [["Mã mẫu giấy thấm máu gót chân. Identifier of a dried blood spot."]], [["Cơ sở sàng lọc"]])
* insert Uri("https://mebe.example/fhir/sid/dried-blood-spot", true)
