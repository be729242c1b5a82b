using Spectre.Console;
using Spectre.Console.Rendering;

namespace LoadTool.Outputs.Terminal;

/// <summary>
/// A line of plain text parts, each with a style. Nothing in it is markup, and nothing is wrapped: a terminal breaks long lines so that
/// copying joins them again, and a file keeps them whole.
/// </summary>
internal sealed class StyledLine : Renderable
{
    private static readonly Style DimStyle = new(decoration: Decoration.Dim);
    private static readonly Style BoldStyle = new(decoration: Decoration.Bold);
    private static readonly Style BadStyle = new(foreground: Color.Red);
    private static readonly Style GoodStyle = new(foreground: Color.Green);

    private readonly List<Segment> _parts = [];

    internal StyledLine Plain(string text) => Add(text, Style.Plain);

    internal StyledLine Dim(string text) => Add(text, DimStyle);

    internal StyledLine Bold(string text) => Add(text, BoldStyle);

    internal StyledLine Bad(string text) => Add(text, BadStyle);

    internal StyledLine Good(string text) => Add(text, GoodStyle);

    /// <summary>Clears the line that the cursor is in and those above it, and goes to the start of the first; for terminals only.</summary>
    /// <param name="lines">How many, at least 1.</param>
    internal StyledLine Erase(int lines = 1)
    {
        string above = lines > 1 ? $"\x1b[{lines - 1}A" : "";
        _parts.Add(Segment.Control($"\r{above}\x1b[J"));
        return this;
    }

    internal StyledLine End()
    {
        _parts.Add(Segment.LineBreak);
        return this;
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        options.ColorSystem == ColorSystem.NoColors
            ? _parts.Select(part => part.IsControlCode || part.IsLineBreak ? part : new Segment(part.Text))
            : _parts;

    private StyledLine Add(string text, Style style)
    {
        if (text.Length > 0)
            _parts.Add(new Segment(text, style));
        return this;
    }
}
