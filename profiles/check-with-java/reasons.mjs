// Where the two do not agree, and why: the first row that fits a case explains it. `feature` and `name` are what the case is called;
// `theirs` and `ours` are parts of an error that only one of them has. A row of a single value names no more than that value.

const rows = [
  // The validator of HL7 cannot do it, or was not given what it needs.
  { theirs: /NullPointerException|Unhandled (fixed|pattern) value type|has no snapshot/, why: "the validator of HL7 breaks down and says nothing of the case" },
  { theirs: /OIDs must be valid/, why: "the validator of HL7 takes no OID as short as R4's own expression for them allows" },
  { name: /"00:00:00\.123"/, theirs: /Not a valid time/, why: "R4's expression for times has fractions of a second" },
  { feature: /^(fixed|pattern) value$/, name: /^HumanName/, theirs: /Expected 2 but found 3/, why: "the validator of HL7 counts the family name among the given ones" },
  { feature: /^maxValue$/, name: /^(date|dateTime|instant) /, ours: /beyond the limit/, why: "the validator of HL7 does not look at the latest date or time" },
  { feature: /^(min|max)Value$/, name: /^Quantity/, why: "units that cannot be compared, or are not told, are for the binding of the unit to judge" },
  { feature: /^maxLength$/, name: /👶|^markdown/, why: "R4 counts characters, not halves of them, and in Markdown as well" },
  { feature: /^language$/, theirs: /Invalid displayLanguage/, why: "here languages are known by their form (BCP 47), not by the registry" },
  { feature: /^media type$/, ours: /is not a media type/, why: "R4 binds media types, required, to BCP 13; offline the validator of HL7 does not look" },
  { feature: /^binding: required Quantity$/, ours: /There must be a code/, why: "offline the validator of HL7 does not look at units" },
  { feature: /^value set: (unknown system|not present), listed$/, ours: /There must be a code/, why: "what a value set lists is all of it, whether its code system is known or not" },
  { feature: /^value set: in$/, theirs: /not found in the value set|in the value set|could not be determined/, why: "offline the validator of HL7 does not know the operator “in”" },
  { feature: /^value set: unknown import$/, theirs: /value set/, why: "a set that nobody knows proves nothing: it is a warning" },
  { feature: /^value set: any case, listed$/, theirs: /value set/, why: "where a code system says that case means nothing, red and RED are one code" },
  { feature: /^extensions of an element/, name: /maxValueSet preferred: http:\/\/example\.org\/none/, ours: /There must be a code/, why: "a code of a system that the largest set does not have is not in it, known or not" },
  { feature: /^constraint$/, name: /memberOf of an unknown set|%unknown/, theirs: /Constraint failed/, why: "a set or a variable that nobody knows proves nothing: it is a warning" },
  { feature: /^extension url$/, name: /element of R[45]$/, theirs: /invalid Version/, why: "extensions for elements of other releases are defined by R4 itself; the validator of HL7 needs packages for them" },
  { feature: /^slices: slices of a slice$/, theirs: /Slicing cannot be evaluated/, why: "the validator of HL7 asks slices of a slice for the outer discriminator again" },

  // Paths of discriminators that R4 or its users write and the validator of HL7 does not read.
  { feature: /^slic/, theirs: /Slicing cannot be evaluated: (Error processing path|Invalid function name|Could not match discriminator \((type|type\.coding\.code)\))/, why: "R4 itself writes extension(url) without quotes; [x], as() and values below or above the path mean one thing only" },
  { feature: /extension\(part\)/, theirs: /Slicing cannot be evaluated/, why: "a part of an extension is known by its URL, with or without a definition of its own" },
  { feature: /^slicing: value \$this pattern$/, theirs: /slice/i, why: "the validator of HL7 loses the use of an identifier that is a pattern" },
  { feature: /^slicing: value \$this pattern$/, ours: /gen-1/, why: "the validator of HL7 loses the use of an identifier that is a pattern" },
  { feature: /^slicing: profile entry resource$/, theirs: /allows for the type|max allowed|gen-1/, why: "a slice of patients is known by their type; the validator of HL7 takes every resource for it" },
  { feature: /^slicing: type parameter value$/, theirs: /code|max allowed|gen-1/, why: "a code is of the type code; the validator of HL7 takes it for a string as well" },
  { feature: /^slices in order: openAtEnd|^slices: several/, ours: /must come after all slices/, why: "R4 has additional values at the end only; the validator of HL7 does not look" },
  { feature: /^slices in order: .*ordered/, name: /boa/, ours: /Wrong order/, why: "the validator of HL7 forgets the order where a value of no slice stands between" },

  { feature: /^resource in /, name: /^Resource by a profile of it/, theirs: /Specified profile type was 'Resource'/, why: "a profile of Resource is for resources of every type" },
  { feature: /^response: numbers, (in-progress|stopped|entered-in-error)$/, name: /empty group/, why: "what is missing while a response is not complete is a warning, in groups as well" },
  { feature: /^response: options, (contained )?value set$/, name: /string/, ours: /is not in the value set/, why: "a text is no code of a set; only an open choice takes it" },
  { feature: /^minValue$/, name: /^(date|dateTime) /, theirs: /less than permitted minimum/, why: "a year, a month or a day with the limit in it is not before the limit" },
  { feature: /^reference: /, name: /^a profile (that nobody knows|with its version)/, theirs: /Unable to resolve the profile/, why: "a profile that nobody knows, or not of this version, proves nothing: it is a warning" },
  { feature: /^reference: /, name: /^two rules: another right type/, theirs: /implied by the reference URL/, why: "a reference may be what any of its types allows; of an unseen target the validator of HL7 asks the first alone" },
  { feature: /^reference: (absolute|with version) elsewhere$/, theirs: /implied by the reference URL/, why: "what was not seen may be other than its URL says: it is a warning" },
  { feature: /^response: limits$/, name: /minValue of a date 2/, why: "a month with the limit in it is not before the limit" },
  { feature: /^cardinality: choice of another type$/, theirs: /slicing is CLOSED/, why: "a choice in the short way has no other type when it must be there; R4 does not say so of one that may be absent" },

  // R4's words.
  { feature: /^format: string$/, ours: /control character/, why: "R4: strings have no characters below 32 but tab, line feed and carriage return" },
  { feature: /^JSON$/, name: /lists of other length|abstract type|data type/, why: "R4: the lists of values and of what is beside them are as long as each other; a resource has the name of a type" },
  { feature: /^(binding|code that nothing binds|canonical: Coding\.system)/, ours: /with its system, of the value set/, name: /without system/, why: "R4: a code without its system has no meaning, so it is in no value set" },
  { feature: /^(binding|code that nothing binds|canonical: Coding\.system)/, ours: /absolute URI/, why: "R4: the system of a code is an absolute URI" },
  { feature: /^(binding|code that nothing binds|canonical: Coding)/, ours: /is a ValueSet, not a code system/, why: "the validator of HL7 says so of a Coding, and not of one in a CodeableConcept" },
  { feature: /^binding: required CodeableConcept$/, name: /only an extension/, why: "an extension may say why there is no code" },
  { feature: /^reference: /, name: /type that is not allowed|unknown type/, ours: /type/, why: "R4: `type` names what is pointed at, of the types that are allowed there" },
  { feature: /^(reference: spelling|reference: aggregation|bundle: references)/, ours: /is not a reference|not a resource type/, why: "R4 has Type/id, a URL, a URN or #id; the validator of HL7 was told to take relative references for right" },
  { feature: /^reference: spelling/, name: /http in capitals/, why: "the scheme of a URL may be in capitals (RFC 3986)" },
  { feature: /^canonical: |^format.*canonical/, theirs: /must be absolute URLs/, why: "R4's own examples have relative canonicals: a warning" },
  { feature: /^canonical: ConceptMap/, name: /ActivityDefinition/, theirs: /found a ActivityDefinition/, why: "activity definitions that nobody keeps are not known here" },
  { feature: /^canonical: /, ours: /leads to/, why: "R4 names the type that a canonical leads to; the validator of HL7 looks only where the element is a choice" },
  { feature: /^narrative/, name: /^(not closed|attribute without quotes|two roots|processing instruction|declaration before|doctype before|no namespace inside)$/, ours: /./, why: "a narrative is one well-formed element of XHTML; the parser of the validator of HL7 mends what it reads" },
  { feature: /^narrative/, name: /^(center|dir|font|s|u)( of .*)?$/, theirs: /txt-1/, why: "chapters 10, 11 and 15 of HTML 4.0, which R4 allows, have these elements" },
  { feature: /^XML$/, name: /processing instruction|prefix of the schema/, why: "XML has both, and neither changes what is said" },
];

export function reason({ feature, name }, theirs, ours) {
  const fits = (pattern, texts) => !pattern || texts.some((text) => pattern.test(text));
  return rows.find((row) => fits(row.feature, [feature]) && fits(row.name, [name]) && fits(row.theirs, theirs) && fits(row.ours, ours))?.why;
}
