// Doses given, doses not given, and what is due. What paper cards do not have (lot, performer) may be missing.

Invariant: mebe-vaccine-code
Description: "A vaccine has a code: ours, CVX or another; text alone is not enough"
Severity: #error
Expression: "coding.where(code.exists()).exists()"
* insert Human([["Vắc xin phải có mã: của Mebe, CVX hoặc hệ khác; chỉ có chữ thì chưa đủ"]])

Invariant: mebe-not-given-reason
Description: "A dose not given says why, when known"
Severity: #warning
Expression: "status = 'not-done' implies statusReason.exists()"
* insert Human([["Mũi không tiêm nên ghi lý do, khi biết"]])

Invariant: mebe-dose-time
Description: "A date given in words needs primarySource false: it was told or copied, not recorded when the dose was given"
Severity: #error
Expression: "occurrence.ofType(string).exists() implies primarySource.exists() and primarySource = false"
* insert Human([["Ngày tiêm ghi bằng chữ thì primarySource phải là false: do kể lại hoặc chép lại, không ghi lúc tiêm"]])

Invariant: mebe-expired-lot
Description: "The lot had not expired when the dose was given"
Severity: #warning
Expression: "status = 'completed' and expirationDate.exists() and occurrence.ofType(dateTime).exists() and occurrence.ofType(dateTime).toString().length() >= 10 and expirationDate.toString().length() = 10 implies expirationDate.toString() >= occurrence.ofType(dateTime).toString().substring(0, 10)"
* insert Human([["Lô vắc xin còn hạn vào ngày tiêm"]])

Profile: MchImmunization
Parent: Immunization
Id: mch-immunization
Title: "Vaccine dose"
Description: "One dose given to mother or child, or not given. Lot, performer and place may be unknown."
* insert Vietnamese([["Mũi tiêm chủng"]], [["Một mũi đã tiêm cho mẹ hoặc trẻ, hoặc không tiêm. Số lô, người tiêm, nơi tiêm có thể không biết."]])
* insert Source([["Decision 3891/QĐ-BYT (2025), immunization data fields; Circular 13/2026/TT-BYT; Decision 140/QĐ-BYT (2020)."]])
* obeys mebe-not-given-reason and mebe-dose-time and mebe-expired-lot
* vaccineCode obeys mebe-vaccine-code
* vaccineCode from https://mebe.example/fhir/ValueSet/mch-vaccine (extensible)
* doseQuantity obeys mebe-unit-ucum
* protocolApplied.doseNumber[x] only positiveInt or string
* insert Short(vaccineCode, [["Our product code and CVX"]], [["Mã vắc xin của Mebe và CVX"]])
* insert Short(occurrence[x], [["When; may be a day, a month, a year or words"]], [["Khi nào; có thể là ngày, tháng, năm hoặc bằng chữ"]])
* insert Short(doseQuantity, [["Amount, with a UCUM unit"]], [["Liều lượng, đơn vị UCUM"]])
* insert Short(lotNumber, [["Lot, when known"]], [["Số lô, khi biết"]])
* insert Short(statusReason, [["Why it was not given"]], [["Vì sao không tiêm"]])
* insert Short(protocolApplied.doseNumber[x], [["Which dose, a number where possible"]], [["Mũi thứ mấy, ghi số khi có thể"]])
* insert Short(protocolApplied.targetDisease, [["Antigens: a field of its own in Decision 3891/QĐ-BYT"]], [["Kháng nguyên: trường riêng trong QĐ 3891/QĐ-BYT"]])

Invariant: mebe-recommendation-date
Description: "A recommended dose says when: earliest, due or overdue date"
Severity: #error
Expression: "dateCriterion.exists() or forecastStatus.coding.where(code = 'complete' or code = 'immune' or code = 'contraindicated').exists()"
* insert Human([["Mũi được khuyến nghị phải ghi khi nào: sớm nhất, đến hạn hoặc quá hạn"]])

Profile: MchImmunizationRecommendation
Parent: ImmunizationRecommendation
Id: mch-immunization-recommendation
Title: "Vaccines due"
Description: "Doses that are due or overdue, with dates. Computed from the schedule."
* insert Vietnamese([["Lịch tiêm sắp tới"]], [["Các mũi đến hạn hoặc quá hạn, kèm ngày. Tính từ lịch tiêm."]])
* insert Source([["Circular 10/2024/TT-BYT and 52/2025/TT-BYT (values still followed); Circular 13/2026/TT-BYT."]])
* recommendation obeys mebe-recommendation-date
* recommendation.vaccineCode from https://mebe.example/fhir/ValueSet/mch-vaccine (extensible)
* recommendation.vaccineCode obeys mebe-vaccine-code
* insert Short(recommendation, [["One dose each"]], [["Mỗi mũi một mục"]])
* insert Short(recommendation.vaccineCode, [["Our product code and CVX"]], [["Mã vắc xin của Mebe và CVX"]])
* insert Short(recommendation.dateCriterion, [["Earliest, due, overdue"]], [["Sớm nhất, đến hạn, quá hạn"]])
