import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.utilities.TimeTracker;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.hl7.fhir.validation.service.PassiveExpiringSessionCache;
import org.hl7.fhir.validation.service.ValidationService;
import org.hl7.fhir.validation.service.model.InstanceValidatorParameters;
import org.hl7.fhir.validation.service.model.ValidationEngineParameters;

/**
 * The validator of HL7 for many resources in one run, set as {@code -version 4.0 -tx n/a
 * -assumeValidRestReferences} sets its command line. Arguments: packages to load. Reads a line
 * {@code {id, file, profile}} for each resource and writes {@code {id, issues}} for it.
 */
public class Validate {
  public static void main(String[] packages) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // the validator prints, too
    ValidationEngineParameters engineSettings = new ValidationEngineParameters();
    engineSettings.setSv("4.0.1");
    engineSettings.setInferFhirVersion(false);
    engineSettings.setTxServer(null);
    engineSettings.setNoEcosystem(true);
    engineSettings.setIgs(new ArrayList<>(Arrays.asList(packages)));
    InstanceValidatorParameters settings = new InstanceValidatorParameters();
    settings.setAllowExampleUrls(true);
    settings.setAssumeValidRestReferences(true);
    ValidationService service = new ValidationService(new PassiveExpiringSessionCache());
    ValidationEngine engine = service.initializeValidator(
        engineSettings, settings, "hl7.fhir.r4.core#4.0.1", new TimeTracker(), new ArrayList<>());
    InstanceValidator validator = engine.getValidator(FhirFormat.JSON, settings);
    Gson gson = new Gson();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(gson.toJson(answer(engine, validator, gson.fromJson(line, JsonObject.class))));
    }
    System.exit(0); // threads of the validator would keep the program
  }

  private static JsonObject answer(
      ValidationEngine engine, InstanceValidator validator, JsonObject question) throws Exception {
    String file = question.get("file").getAsString();
    List<String> profiles = new ArrayList<>();
    if (question.has("profile") && !question.get("profile").isJsonNull()) {
      profiles.add(question.get("profile").getAsString());
    }
    List<ValidationMessage> messages = new ArrayList<>();
    FhirFormat format = file.endsWith(".xml") ? FhirFormat.XML : FhirFormat.JSON;
    JsonArray issues = new JsonArray();
    try (InputStream content = Files.newInputStream(Path.of(file))) {
      validator.validate(null, messages, content, format, engine.asSdList(profiles));
    } catch (Exception | Error fault) { // what it cannot read is told so
      JsonObject issue = new JsonObject();
      issue.addProperty("severity", "fatal");
      issue.addProperty("location", "");
      issue.addProperty("text", "cannot be read: " + fault);
      issues.add(issue);
    }
    for (ValidationMessage message : messages) {
      JsonObject issue = new JsonObject();
      issue.addProperty("severity", message.getLevel().toCode());
      issue.addProperty("location", message.getLocation());
      issue.addProperty("rule", message.getMessageId());
      issue.addProperty("text", message.getMessage());
      issues.add(issue);
    }
    JsonObject answer = new JsonObject();
    answer.add("id", question.get("id"));
    answer.add("issues", issues);
    return answer;
  }
}
