// Searches that R4 lacks and a booklet needs.

RuleSet: Searched(code, base, type, expression, description)
* url = "https://mebe.example/fhir/SearchParameter/{base}-{code}"
* version = "0.1.0"
* status = #draft
* experimental = false
* date = "2026-11-22"
* publisher = "Mebe"
* code = #{code}
* base = #{base}
* type = #{type}
* expression = {expression}
* description = {description}
* xpathUsage = #normal

Instance: Encounter-visit-number
InstanceOf: SearchParameter
Usage: #definition
* name = "VisitNumber"
* insert Searched(visit-number, Encounter, number, [["Encounter.extension.where(url = 'https://mebe.example/fhir/StructureDefinition/visit-number').value"]], [["Which visit of its kind within the pregnancy. Lần khám thứ mấy."]])

Instance: Observation-fetus-label
InstanceOf: SearchParameter
Usage: #definition
* name = "FetusLabel"
* insert Searched(fetus-label, Observation, string, [["Observation.extension.where(url = 'https://mebe.example/fhir/StructureDefinition/fetus-label').value"]], [["Which fetus of a multiple pregnancy. Thai nào trong đa thai."]])

Instance: Immunization-program-type
InstanceOf: SearchParameter
Usage: #definition
* name = "ImmunizationProgramType"
* insert Searched(program-type, Immunization, token, [["Immunization.extension.where(url = 'http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-immunization-program-type').value"]], [["Programme, service or campaign dose. Tiêm chủng mở rộng, dịch vụ hay chiến dịch."]])

Instance: Immunization-dose-number
InstanceOf: SearchParameter
Usage: #definition
* name = "DoseNumber"
* insert Searched(dose-number, Immunization, number, [["(Immunization.protocolApplied.doseNumber as positiveInt)"]], [["Which dose of the series. Mũi thứ mấy."]])

Instance: Patient-ethnicity
InstanceOf: SearchParameter
Usage: #definition
* name = "Ethnicity"
* insert Searched(ethnicity, Patient, token, [["Patient.extension.where(url = 'http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ethnicity' or url = 'http://fhir.ehealth.gov.vn/core/StructureDefinition/extension-race').value"]], [["Ethnic group. Dân tộc."]])

Instance: Patient-household-category
InstanceOf: SearchParameter
Usage: #definition
* name = "HouseholdCategory"
* insert Searched(household-category, Patient, token, [["Patient.extension.where(url = 'https://mebe.example/fhir/StructureDefinition/household-category').value"]], [["Group the household belongs to. Diện đối tượng của gia đình."]])

Instance: Patient-commune
InstanceOf: SearchParameter
Usage: #definition
* name = "Commune"
* insert Searched(commune, Patient, token, [["Patient.address.extension.where(url = 'http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward').value"]], [["Commune of an address. Xã, phường của địa chỉ."]])
