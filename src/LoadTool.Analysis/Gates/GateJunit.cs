using System.Globalization;
using System.Text;
using System.Xml;
using LoadTool.Outputs;

namespace LoadTool.Analysis.Gates;

/// <summary>
/// A gate's answer as results of tests (JUnit's XML): a case for the runs, which tells whether they may be compared at all, and one for each figure. Worse is a failure; what cannot be told, an error; what was not judged is skipped.
/// </summary>
internal static class GateJunit
{
    private static readonly XmlWriterSettings Settings = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    internal static void Write(Stream stream, GateJudgement gate)
    {
        string name = gate.News.FirstOrDefault()?.Setup.Name ?? "gate";
        (string Name, string? Kind, string Message)[] cases = [Runs(gate), .. gate.Figures.Select(Case)];
        using XmlWriter xml = XmlWriter.Create(stream, Settings);
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        Text(xml, "name", $"gate {name}");
        xml.WriteAttributeString("tests", Number(cases.Length));
        foreach ((string attribute, string kind) in new[] { ("failures", "failure"), ("errors", "error"), ("skipped", "skipped") })
            xml.WriteAttributeString(attribute, Number(cases.Count(test => test.Kind == kind)));
        foreach ((string test, string? kind, string message) in cases)
        {
            xml.WriteStartElement("testcase");
            Text(xml, "name", test);
            Text(xml, "classname", name);
            if (kind is not null)
            {
                xml.WriteStartElement(kind);
                Text(xml, "message", message);
                if (kind != "skipped")
                {
                    // What shows details shows the text, and the schema that some check has a type.
                    xml.WriteAttributeString("type", "gate");
                    xml.WriteString(Storable(message));
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static (string Name, string? Kind, string Message) Runs(GateJudgement gate) => (
        gate.Objections.Count > 0 && gate.Settings.IsForced ? "runs may be compared (forced)" : "runs may be compared",
        gate.Figures.Count == 0 ? "error" : null,
        GateText.Sentence(gate));

    private static (string Name, string? Kind, string Message) Case(FigureJudgement figure) => (figure.Name.ToString(), Kind(figure.Verdict), GateText.Line(figure));

    private static string? Kind(FigureVerdict verdict) => verdict switch
    {
        FigureVerdict.Worse or FigureVerdict.OverLimit => "failure",
        FigureVerdict.Unclear or FigureVerdict.Missing => "error",
        FigureVerdict.TooFew => "skipped",
        _ => null,
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>XML cannot hold every character, escaped or not.</summary>
    private static string Storable(string text) =>
        string.Concat(VisibleText.OneLine(text).EnumerateRunes().Select(rune => rune.Value is 0xfffe or 0xffff ? Rune.ReplacementChar : rune));

    private static void Text(XmlWriter xml, string attribute, string text) => xml.WriteAttributeString(attribute, Storable(text));
}
