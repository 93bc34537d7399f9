// Texts in two languages: English stands in the element, Vietnamese in the standard extension `translation`.

RuleSet: Vietnamese(title, description)
* ^language = #en
* ^status = #draft
* ^experimental = false
* ^title.extension[0].url = "http://hl7.org/fhir/StructureDefinition/translation"
* ^title.extension[0].extension[0].url = "lang"
* ^title.extension[0].extension[0].valueCode = #vi
* ^title.extension[0].extension[1].url = "content"
* ^title.extension[0].extension[1].valueString = {title}
* ^description.extension[0].url = "http://hl7.org/fhir/StructureDefinition/translation"
* ^description.extension[0].extension[0].url = "lang"
* ^description.extension[0].extension[0].valueCode = #vi
* ^description.extension[0].extension[1].url = "content"
* ^description.extension[0].extension[1].valueString = {description}

RuleSet: Source(text)
* ^purpose = {text}

RuleSet: Short(path, en, vi)
* {path} ^short = {en}
* {path} ^short.extension[0].url = "http://hl7.org/fhir/StructureDefinition/translation"
* {path} ^short.extension[0].extension[0].url = "lang"
* {path} ^short.extension[0].extension[0].valueCode = #vi
* {path} ^short.extension[0].extension[1].url = "content"
* {path} ^short.extension[0].extension[1].valueString = {vi}

RuleSet: Human(vi)
* human.extension[0].url = "http://hl7.org/fhir/StructureDefinition/translation"
* human.extension[0].extension[0].url = "lang"
* human.extension[0].extension[0].valueCode = #vi
* human.extension[0].extension[1].url = "content"
* human.extension[0].extension[1].valueString = {vi}
