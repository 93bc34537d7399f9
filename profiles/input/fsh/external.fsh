// Stand-ins for extensions of the two VN Core drafts, under their own URLs: neither package can be depended on (one name for two
// contents, no release), and records that carry them should be checked, not merely tolerated. A loaded original takes precedence.

RuleSet: StandIn(url)
* ^url = {url}
* ^experimental = true
* ^purpose = "Stand-in: the definition of the VN Core draft is the original."

Extension: VnProvince
Id: vn-ext-province
Title: "Province"
Description: "Province of an address, as in the community VN Core draft."
Context: Address
* insert Vietnamese([["Tỉnh, thành phố"]], [["Tỉnh, thành phố của địa chỉ, theo bản thảo VN Core của cộng đồng."]])
* insert StandIn("http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-province")
* value[x] only Coding
* value[x] 1..1
* insert Short(value[x], [["Code of the province"]], [["Mã tỉnh, thành phố"]])

Extension: VnWard
Id: vn-ext-ward
Title: "Commune"
Description: "Commune, ward or special zone of an address, as in the community VN Core draft."
Context: Address
* insert Vietnamese([["Xã, phường, đặc khu"]], [["Xã, phường, đặc khu của địa chỉ, theo bản thảo VN Core của cộng đồng."]])
* insert StandIn("http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward")
* value[x] only Coding
* value[x] 1..1
* insert Short(value[x], [["Code of the commune"]], [["Mã xã, phường, đặc khu"]])

Extension: VnEthnicity
Id: vn-ext-ethnicity
Title: "Ethnic group"
Description: "Ethnic group of a person, as in the community VN Core draft."
Context: Patient
* insert Vietnamese([["Dân tộc"]], [["Dân tộc của một người, theo bản thảo VN Core của cộng đồng."]])
* insert StandIn("http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ethnicity")
* value[x] only CodeableConcept
* value[x] 1..1
* value[x] from https://mebe.example/fhir/ValueSet/vn-ethnic-group (extensible)
* insert Short(value[x], [["01 Kinh to 54, 55, 99"]], [["01 Kinh đến 54, 55, 99"]])

Extension: VnImmunizationProgramType
Id: vn-ext-immunization-program-type
Title: "Programme of a dose"
Description: "Expanded programme, service or campaign, as in the community VN Core draft."
Context: Immunization
* insert Vietnamese([["Loại hình tiêm chủng"]], [["Tiêm chủng mở rộng, dịch vụ hay chiến dịch, theo bản thảo VN Core của cộng đồng."]])
* insert StandIn("http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-immunization-program-type")
* value[x] only code
* value[x] 1..1
* insert Short(value[x], [["tcmr, dich-vu, chien-dich"]], [["tcmr, dich-vu, chien-dich"]])

Extension: VnOccupation
Id: vn-core-extension-occupation
Title: "Occupation"
Description: "Occupation of a person, as in the Ministry's VN Core draft."
Context: Patient
* insert Vietnamese([["Nghề nghiệp"]], [["Nghề nghiệp của một người, theo bản thảo VN Core của Bộ Y tế."]])
* insert StandIn("http://fhir.ehealth.gov.vn/core/StructureDefinition/extension-occupation")
* value[x] only CodeableConcept
* value[x] 1..1
* insert Short(value[x], [["Code of Decision 4069/QĐ-BYT or another"]], [["Mã theo QĐ 4069/QĐ-BYT hoặc hệ khác"]])

Extension: VnEducationLevel
Id: vn-core-extension-education-level
Title: "Education"
Description: "Last grade reached, as in the Ministry's VN Core draft."
Context: Patient
* insert Vietnamese([["Trình độ học vấn"]], [["Lớp cao nhất đã học, theo bản thảo VN Core của Bộ Y tế."]])
* insert StandIn("http://fhir.ehealth.gov.vn/core/StructureDefinition/extension-education-level")
* value[x] only CodeableConcept
* value[x] 1..1
* insert Short(value[x], [["Grade 1 to 12"]], [["Lớp 1 đến 12"]])

Extension: VnRace
Id: vn-core-extension-race
Title: "Ethnic group (Ministry)"
Description: "Ethnic group of a person, as in the Ministry's VN Core draft."
Context: Patient
* insert Vietnamese([["Dân tộc (Bộ Y tế)"]], [["Dân tộc của một người, theo bản thảo VN Core của Bộ Y tế."]])
* insert StandIn("http://fhir.ehealth.gov.vn/core/StructureDefinition/extension-race")
* value[x] only CodeableConcept
* value[x] 1..1
* value[x] from https://mebe.example/fhir/ValueSet/vn-ethnic-group (extensible)
* insert Short(value[x], [["01 Kinh to 54, 55, 99"]], [["01 Kinh đến 54, 55, 99"]])
