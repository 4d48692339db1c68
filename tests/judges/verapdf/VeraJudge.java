import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.validators.ValidatorConfig;
import org.verapdf.pdfa.validation.validators.ValidatorConfigBuilder;
import org.verapdf.processor.reports.enums.JobEndStatus;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Judges PDF files with veraPDF as a library, in one process: each line of input is a flavour (`3a`, `ua1`), a tab and a
 * file; each line of output is one JSON object. Ends with its input.
 */
public class VeraJudge {

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // what a library prints is no answer
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.write((judge(line.split("\t", -1)) + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    static String judge(String[] request) {
        try {
            if (request.length != 2) {
                throw new IllegalArgumentException("a request is a flavour and a file");
            }
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(request[0]);
            if (flavour == PDFAFlavour.NO_FLAVOUR) {
                throw new IllegalArgumentException("unknown flavour");
            }
            return "{\"file\":" + quote(request[1]) + ",\"flavour\":" + quote(request[0]) + "," + verdict(flavour, request[1]) + "}";
        } catch (Exception | StackOverflowError e) {
            return "{\"file\":" + quote(request[request.length - 1]) + ",\"unreadable\":"
                + quote(e.getClass().getSimpleName() + ": " + e.getMessage()) + "}";
        }
    }

    /** As the command line has it: every failed check counts, however many there are. */
    static String verdict(PDFAFlavour flavour, String file) throws Exception {
        ValidatorConfig config = ValidatorConfigBuilder.defaultBuilder().flavour(flavour).recordPasses(false).maxFails(-1).build();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour, config.getDefaultFlavour());
             PDFAValidator validator = Foundries.defaultInstance().createValidator(config, parser.getFlavours())) {
            List<ValidationResult> results = validator.validateAll(parser);
            if (results.size() != 1) {
                throw new IllegalStateException(results.size() + " results for one flavour");
            }
            ValidationResult result = results.get(0);
            if (result.getJobEndStatus() != JobEndStatus.NORMAL || result.getPDFAFlavour() != flavour || result.getTotalAssertions() == 0) {
                throw new IllegalStateException("the file was not judged to its end");
            }
            TreeSet<String> failed = new TreeSet<>();
            for (RuleId rule : result.getFailedChecks().keySet()) {
                failed.add(rule.getSpecification().getId() + " " + rule.getClause() + " " + rule.getTestNumber());
            }
            StringBuilder out = new StringBuilder("\"compliant\":" + result.isCompliant() + ",\"failed\":[");
            String comma = "";
            for (String rule : failed) {
                out.append(comma).append(quote(rule));
                comma = ",";
            }
            return out.append("]").toString();
        }
    }

    static String quote(String value) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
