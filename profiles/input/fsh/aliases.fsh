// Names for the systems that the sources use. $mebe… are ours.

Alias: $item = https://mebe.example/fhir/CodeSystem/mch-booklet-item
Alias: $milestone = https://mebe.example/fhir/CodeSystem/mch-milestone
Alias: $form = https://mebe.example/fhir/CodeSystem/mch-child-form
Alias: $encounterType = https://mebe.example/fhir/CodeSystem/mch-encounter-type
Alias: $episodeType = https://mebe.example/fhir/CodeSystem/mch-episode-type
Alias: $procedureCategory = https://mebe.example/fhir/CodeSystem/mch-procedure-category
Alias: $requestCategory = https://mebe.example/fhir/CodeSystem/mch-request-category
Alias: $documentType = https://mebe.example/fhir/CodeSystem/mch-document-type
Alias: $section = https://mebe.example/fhir/CodeSystem/mch-document-section
Alias: $vaccine = https://mebe.example/fhir/CodeSystem/mch-vaccine
Alias: $medicine = https://mebe.example/fhir/CodeSystem/mch-medicine
Alias: $flag = https://mebe.example/fhir/CodeSystem/mch-flag
Alias: $colour = https://mebe.example/fhir/CodeSystem/mch-booklet-colour
Alias: $growthMethod = https://mebe.example/fhir/CodeSystem/mch-growth-method

Alias: $loinc = http://loinc.org
Alias: $ucum = http://unitsofmeasure.org
Alias: $cvx = http://hl7.org/fhir/sid/cvx
Alias: $icd10 = http://hl7.org/fhir/sid/icd-10
Alias: $act = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $role = http://terminology.hl7.org/CodeSystem/v3-RoleCode
Alias: $absent = http://terminology.hl7.org/CodeSystem/data-absent-reason
Alias: $category = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $confidentiality = http://terminology.hl7.org/CodeSystem/v3-Confidentiality
Alias: $consentScope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $provenanceAgent = http://terminology.hl7.org/CodeSystem/provenance-participant-type
