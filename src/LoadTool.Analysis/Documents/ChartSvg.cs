using System.Globalization;
using System.Text;
using LoadTool.Outputs;

namespace LoadTool.Analysis.Documents;

/// <summary>Draws a chart as SVG, with its points as a table below.</summary>
internal static class ChartSvg
{
    private const double Width = 900, Height = 320, Left = 80, Right = 20, Top = 16, Bottom = 46;
    private const int Colours = 6;

    /// <summary>Of a letter in the font of the picture, wide ones included.</summary>
    private const double LetterWidth = 6.5;

    /// <summary>Names along the axis below, at most.</summary>
    private const int MaxNames = 9;

    internal static void Add(StringBuilder html, Chart chart)
    {
        ChartPoint[] points = [.. chart.Series.SelectMany(series => Drawable(chart, series))];
        if (points.Length == 0)
            return;
        ChartScale x = new(chart.X, [.. points.Select(point => point.X), .. Marks(chart, isVertical: true)], Left, Width - Right);
        ChartScale y = new(
            chart.Y,
            [.. points.SelectMany(point => (double[])[point.Y, point.Low ?? point.Y, point.High ?? point.Y]), .. Marks(chart, isVertical: false)],
            Height - Bottom,
            Top);
        html.Append($"<figure><figcaption>{HtmlPage.Escape(chart.Title)}</figcaption>\n");
        html.Append(HtmlPage.Scroll(chart.Title));
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlPage.Escape(chart.Title)}\">\n");
        AddAxes(html, chart, x, y);
        foreach ((int number, ChartSeries series) in chart.Series.Index())
            AddSeries(html, series.Name, [.. Drawable(chart, series)], series, number % Colours, chart, x, y);
        foreach (ChartMark mark in chart.Marks)
            AddMark(html, mark, x, y);
        html.Append("</svg></div>\n");
        AddKey(html, chart);
        AddFigures(html, chart);
        html.Append("</figure>\n");
    }

    /// <summary>A logarithm has no place for zero.</summary>
    private static IEnumerable<ChartPoint> Drawable(Chart chart, ChartSeries series) => series.Points
        .Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y) && (!chart.X.IsLogarithmic || point.X > 0) && (!chart.Y.IsLogarithmic || point.Y > 0))
        .Select(point => point with { Low = Whisker(chart, point.Low), High = Whisker(chart, point.High) });

    private static double? Whisker(Chart chart, double? end) => end is { } value && double.IsFinite(value) && (!chart.Y.IsLogarithmic || value > 0) ? value : null;

    private static IEnumerable<double> Marks(Chart chart, bool isVertical) =>
        chart.Marks.Where(mark => mark.IsVertical == isVertical && double.IsFinite(mark.At) && (mark.At > 0 || !(isVertical ? chart.X : chart.Y).IsLogarithmic)).Select(mark => mark.At);

    private static void AddAxes(StringBuilder html, Chart chart, ChartScale x, ChartScale y)
    {
        foreach ((double value, string text) in y.Ticks(6))
        {
            html.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {y.At(value):0.#}H{Width - Right}\"/>");
            html.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y.At(value) + 4:0.#}\" text-anchor=\"end\">{HtmlPage.Escape(text)}</text>\n");
        }

        (double Value, string Text)[] names = [.. x.Ticks(MaxNames)];
        foreach ((double value, string text) in names)
            AddName(html, string.Create(CultureInfo.InvariantCulture, $"x=\"{x.At(value):0.#}\" y=\"{Height - Bottom + 16}\""), text, (Width - Left - Right) / names.Length);
        html.Append(CultureInfo.InvariantCulture, $"<path class=\"axis\" d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\"/>\n");
        AddName(html, string.Create(CultureInfo.InvariantCulture, $"x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\""), chart.X.Label, Width - Left - Right);
        AddName(html, string.Create(CultureInfo.InvariantCulture, $"transform=\"translate(12 {(Top + Height - Bottom) / 2}) rotate(-90)\""), chart.Y.Label, Height - Top - Bottom);
    }

    /// <summary>Text around a place, without its middle where there is no room for all of it: names of figures differ in their ends.</summary>
    private static void AddName(StringBuilder html, string place, string text, double room)
    {
        string shown = Cut(VisibleText.OneLine(text), (int)(room / LetterWidth));
        html.Append($"<text {place} text-anchor=\"middle\">{HtmlPage.Escape(shown)}</text>\n");
    }

    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
            return text;
        (int first, int last) = (length / 2, text.Length - (length - (length / 2) - 1));

        // Not through a pair of surrogates.
        first -= char.IsHighSurrogate(text[first - 1]) ? 1 : 0;
        last += char.IsLowSurrogate(text[last]) ? 1 : 0;
        return $"{text[..first]}…{text[last..]}";
    }

    private static void AddSeries(StringBuilder html, string name, ChartPoint[] points, ChartSeries series, int colour, Chart chart, ChartScale x, ChartScale y)
    {
        if (series.IsLine && points.Length > 1)
        {
            string line = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{x.At(point.X):0.#} {y.At(point.Y):0.#}")));
            html.Append($"<path class=\"line s{colour}\" d=\"M{line}\"/>\n");
        }

        foreach (ChartPoint point in points)
        {
            if (point is { Low: { } low, High: { } high })
                html.Append(CultureInfo.InvariantCulture, $"<path class=\"whisker s{colour}\" d=\"M{x.At(point.X):0.#} {y.At(low):0.#}V{y.At(high):0.#}\"/>");
            if (series.HasDots)
            {
                html.Append(CultureInfo.InvariantCulture, $"<circle class=\"f{colour}\" cx=\"{x.At(point.X):0.#}\" cy=\"{y.At(point.Y):0.#}\" r=\"3.2\">");
                html.Append($"<title>{HtmlPage.Escape($"{name}: {x.Text(point.X)}, {YText(chart, point)}")}</title></circle>\n");
            }
        }
    }

    private static void AddMark(StringBuilder html, ChartMark mark, ChartScale x, ChartScale y)
    {
        if (!double.IsFinite(mark.At) || !(mark.IsVertical ? x : y).Holds(mark.At))
            return;
        string path = mark.IsVertical
            ? string.Create(CultureInfo.InvariantCulture, $"M{x.At(mark.At):0.#} {Top}V{Height - Bottom}")
            : string.Create(CultureInfo.InvariantCulture, $"M{Left} {y.At(mark.At):0.#}H{Width - Right}");
        (double X, double Y) text = mark.IsVertical ? (x.At(mark.At) + 4, Top + 10) : (Left + 6, y.At(mark.At) - 4);

        // Right of its line, or left of it where there is more room.
        bool isLeft = text.X > (Left + Width - Right) / 2;
        double room = isLeft ? text.X - 8 - Left : Width - Right - text.X;
        html.Append($"<path class=\"mark\" d=\"{path}\"/>");
        html.Append(CultureInfo.InvariantCulture, $"<text class=\"note\" x=\"{text.X - (isLeft ? 8 : 0):0.#}\" y=\"{text.Y:0.#}\" text-anchor=\"{(isLeft ? "end" : "start")}\">");
        html.Append($"{HtmlPage.Escape(Cut(VisibleText.OneLine(mark.Text), (int)(room / LetterWidth)))}</text>\n");
    }

    private static void AddKey(StringBuilder html, Chart chart)
    {
        html.Append("<p>");
        foreach ((int number, ChartSeries series) in chart.Series.Index())
            html.Append($"<span class=\"key\"><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><circle class=\"f{number % Colours}\" cx=\"6\" cy=\"6\" r=\"5\"/></svg>{HtmlPage.Escape(series.Name)}</span>");
        html.Append("</p>\n");
    }

    private static void AddFigures(StringBuilder html, Chart chart)
    {
        html.Append($"<details><summary>Figures</summary>{HtmlPage.Scroll($"Figures: {chart.Title}")}<table><thead><tr><th scope=\"col\">what</th><th scope=\"col\">{HtmlPage.Escape(chart.X.Label)}</th>");
        html.Append($"<th scope=\"col\">{HtmlPage.Escape(chart.Y.Label)}</th></tr></thead><tbody>\n");
        foreach (ChartSeries series in chart.Series)
        {
            foreach (ChartPoint point in series.Points)
                html.Append($"<tr><th scope=\"row\">{HtmlPage.Escape(series.Name)}</th><td>{HtmlPage.Escape(ChartScale.TextOf(chart.X, point.X))}</td><td>{HtmlPage.Escape(YText(chart, point))}</td></tr>\n");
        }

        html.Append("</tbody></table></div></details>\n");
    }

    private static string YText(Chart chart, ChartPoint point) => point is { Low: { } low, High: { } high }
        ? $"{chart.Y.Text(point.Y)} ({chart.Y.Text(low)} to {chart.Y.Text(high)})"
        : chart.Y.Text(point.Y);
}
