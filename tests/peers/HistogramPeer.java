import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/** Does to Java's HdrHistogram what lines on standard input say, and prints every figure of it; doubles as their bits. */
public final class HistogramPeer {
    private static final Map<String, Histogram> histograms = new HashMap<>();
    private static final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            run(line.split(" "));
        }
        out.flush();
    }

    private static void run(String[] words) throws Exception {
        Histogram histogram = words.length > 1 ? histograms.get(words[1]) : null;
        switch (words[0]) {
            case "new":
                histogram = new Histogram(number(words[2]), number(words[3]), Integer.parseInt(words[4]));
                histogram.setAutoResize(words[5].equals("widening"));
                histograms.put(words[1], histogram);
                break;
            case "record":
                histogram.recordValueWithCount(number(words[2]), number(words[3]));
                break;
            case "expect":
                histogram.recordValueWithExpectedInterval(number(words[2]), number(words[3]));
                break;
            case "add":
                histogram.add(histograms.get(words[2]));
                break;
            case "subtract":
                histogram.subtract(histograms.get(words[2]));
                break;
            case "correct":
                histograms.put(words[2], histogram.copyCorrectedForCoordinatedOmission(number(words[3])));
                break;
            case "decode":
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(words[3]));
                histograms.put(words[1], words[2].equals("compressed")
                    ? Histogram.decodeFromCompressedByteBuffer(bytes, 0)
                    : Histogram.decodeFromByteBuffer(bytes, 0));
                break;
            case "figures":
                printFigures(histogram, Arrays.copyOfRange(words, 2, words.length));
                break;
            case "steps":
                printSteps(histogram, words);
                break;
            case "text":
                histogram.outputPercentileDistribution(out, Integer.parseInt(words[2]), Double.parseDouble(words[3]), words[4].equals("csv"));
                break;
            case "bytes":
                ByteBuffer encoded = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
                int length = histogram.encodeIntoByteBuffer(encoded);
                out.println("bytes " + Base64.getEncoder().encodeToString(Arrays.copyOf(encoded.array(), length)));
                break;
            case "compressed":
                ByteBuffer deflated = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity() + 64);
                int deflatedLength = histogram.encodeIntoCompressedByteBuffer(deflated);
                out.println("compressed " + Base64.getEncoder().encodeToString(Arrays.copyOf(deflated.array(), deflatedLength)));
                break;
            case "stamp":
                histogram.setStartTimeStamp(number(words[2]));
                histogram.setEndTimeStamp(number(words[3]));
                histogram.setTag(words.length > 4 ? words[4] : null);
                break;
            case "writelog":
                writeLog(words);
                break;
            case "readlog":
                readLog(words[1]);
                break;
            default:
                throw new IllegalArgumentException(words[0]);
        }
    }

    private static void printFigures(Histogram h, String[] values) {
        out.println("total " + h.getTotalCount() + " min " + h.getMinValue() + " max " + h.getMaxValue() + " above zero " + h.getMinNonZeroValue());
        out.println("range " + h.getLowestDiscernibleValue() + " " + h.getHighestTrackableValue() + " " + h.getNumberOfSignificantValueDigits());
        out.println("mean " + bits(h.getMean()) + " deviation " + bits(h.getStdDeviation()));
        for (double percentile : new double[] {-1, 0, 1e-9, 1, 10, 25, 33.3, 50, 66.6, 75, 90, 95, 99, 99.9, 99.99, 99.999, 99.9999999, 100, 101}) {
            out.println("at " + bits(percentile) + " " + h.getValueAtPercentile(percentile));
        }
        for (String text : values) {
            long value = number(text);
            out.println("value " + value + " size " + h.sizeOfEquivalentValueRange(value) + " from " + h.lowestEquivalentValue(value)
                + " median " + h.medianEquivalentValue(value) + " to " + h.highestEquivalentValue(value)
                + " count " + h.getCountAtValue(value) + " below " + bits(h.getPercentileAtOrBelowValue(value))
                + " between " + h.getCountBetweenValues(value / 2, value));
        }
    }

    private static void printSteps(Histogram h, String[] words) {
        Iterable<HistogramIterationValue> steps;
        switch (words[2]) {
            case "recorded":
                steps = h.recordedValues();
                break;
            case "all":
                steps = h.allValues();
                break;
            case "linear":
                steps = h.linearBucketValues(number(words[3]));
                break;
            case "logarithmic":
                steps = h.logarithmicBucketValues(number(words[3]), Double.parseDouble(words[4]));
                break;
            default:
                steps = h.percentiles(Integer.parseInt(words[3]));
        }
        for (HistogramIterationValue step : steps) {
            out.println(words[2] + " " + step.getValueIteratedTo() + " " + step.getValueIteratedFrom() + " " + step.getCountAtValueIteratedTo()
                + " " + step.getCountAddedInThisIterationStep() + " " + step.getTotalCountToThisValue()
                + " " + bits(step.getPercentile()) + " " + bits(step.getPercentileLevelIteratedTo()));
        }
    }

    private static void writeLog(String[] words) throws Exception {
        HistogramLogWriter writer = new HistogramLogWriter(new File(words[1]));
        writer.outputComment("[Written by Java]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(number(words[2]));
        if (number(words[3]) > 0) {
            writer.outputBaseTime(number(words[3]));
            writer.setBaseTime(number(words[3]));
        }
        writer.outputLegend();
        for (int word = 4; word < words.length; word++) {
            writer.outputIntervalHistogram(histograms.get(words[word]));
        }
        writer.close();
    }

    private static void readLog(String path) throws Exception {
        HistogramLogReader reader = new HistogramLogReader(path);
        for (EncodableHistogram next = reader.nextIntervalHistogram(); next != null; next = reader.nextIntervalHistogram()) {
            Histogram h = (Histogram) next;
            out.println("interval " + h.getStartTimeStamp() + " " + h.getEndTimeStamp() + " " + h.getTag() + " " + h.getTotalCount() + " " + h.getMaxValue());
        }
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    private static String bits(double value) {
        return Long.toHexString(Double.doubleToLongBits(value));
    }
}
