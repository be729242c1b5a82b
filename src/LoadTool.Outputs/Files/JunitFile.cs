using System.Globalization;
using System.Text;
using System.Xml;

namespace LoadTool.Outputs.Files;

/// <summary>
/// A run as results of tests (JUnit's XML), for whoever shows those: each threshold and each check is a case, and whether the run came to its end. Where the exit code is what counts,
/// only thresholds decide it.
/// </summary>
internal static class JunitFile
{
    internal const string FileName = "junit.xml";

    private static readonly XmlWriterSettings Settings = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    internal static void Write(Stream stream, RunResult result)
    {
        (string Class, string Name, string? Failure)[] run = [(result.Run.Name, "the run came to its end", result.Incomplete)];
        (string Class, string Name, string? Failure)[] thresholds = [.. result.Thresholds.Select(threshold => (threshold.Scenario, threshold.Text, threshold.IsCrossed ? Crossed(threshold) : null))];
        (string Class, string Name, string? Failure)[] checks = [.. result.Checks.Select(check => (check.Scenario, check.Check, check.FailCount > 0 ? Failed(check) : null))];
        using XmlWriter xml = XmlWriter.Create(stream, Settings);
        xml.WriteStartElement("testsuites");
        Text(xml, "name", result.Run.Name);
        WriteCounts(xml, [.. run, .. thresholds, .. checks]);
        WriteTime(xml, result.Length);
        WriteSuite(xml, "run", run, result);
        WriteSuite(xml, "thresholds", thresholds, result);
        WriteSuite(xml, "checks", checks, result);
        xml.WriteEndElement();
        xml.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static string Crossed(ThresholdResult threshold) =>
        threshold.Value is null ? "nothing was counted that it could be held against" : $"crossed: {Terminal.Units.Of(threshold)}";

    private static string Failed(CheckFigures check) =>
        $"did not hold {Terminal.Units.Count(check.FailCount)} of {Terminal.Units.Count(check.OkCount + check.FailCount)} times";

    private static void WriteSuite(XmlWriter xml, string name, (string Class, string Name, string? Failure)[] cases, RunResult result)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", name);
        WriteCounts(xml, cases);
        WriteTime(xml, result.Length);
        xml.WriteAttributeString("timestamp", result.Run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        foreach ((string type, string test, string? failure) in cases)
        {
            xml.WriteStartElement("testcase");
            Text(xml, "name", test);
            Text(xml, "classname", type);
            WriteTime(xml, result.Length);
            if (failure is not null)
            {
                xml.WriteStartElement("failure");
                Text(xml, "message", failure);
                xml.WriteAttributeString("type", name);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, (string Class, string Name, string? Failure)[] cases)
    {
        xml.WriteAttributeString("tests", cases.Length.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", cases.Count(test => test.Failure is not null).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
    }

    private static void WriteTime(XmlWriter xml, TimeSpan time) => xml.WriteAttributeString("time", time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));

    /// <summary>XML cannot hold every character, escaped or not.</summary>
    private static void Text(XmlWriter xml, string attribute, string text) =>
        xml.WriteAttributeString(attribute, string.Concat(VisibleText.OneLine(text).EnumerateRunes().Select(rune => rune.Value is 0xfffe or 0xffff ? Rune.ReplacementChar : rune)));
}
