using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace LoadTool;

/// <summary>Messages out of a text with placeholders, which is taken apart once.</summary>
internal sealed class PayloadTemplate : PayloadGenerator
{
    private const string Known = "{user}, {iteration}, {number}, {random}, {random:FROM-TO}, {hex:DIGITS} and {text}";
    private const int MaxHexDigits = 1024;

    /// <summary>Bytes of the longest number.</summary>
    private const int NumberBytes = 20;

    private readonly Distribution? _textBytes;
    private readonly Part[] _parts;
    private readonly int _texts;
    private readonly int _maxBytes;

    /// <exception cref="ArgumentException">A placeholder that is none; the message says where.</exception>
    internal PayloadTemplate(string template, Distribution? textBytes)
    {
        _textBytes = textBytes;
        List<Part> parts = [];
        int literal = 0, at = 0;
        StringBuilder text = new();
        while ((at = template.IndexOf('{', at)) >= 0)
        {
            bool isEscaped = at + 2 < template.Length && template[at + 1] == '{' && char.IsAsciiLetterLower(template[at + 2]);
            int end = isEscaped ? -1 : EndOfPlaceholder(template, at);
            at++;
            if (isEscaped)
            {
                // Of two braces before a name one stays, and the name is text.
                text.Append(template, literal, at - literal);
                literal = ++at;
            }
            else if (end >= 0)
            {
                text.Append(template, literal, at - 1 - literal);
                AddText(parts, text);
                parts.Add(PartOf(template[at..end], at));
                literal = at = end + 1;
            }
        }

        text.Append(template, literal, template.Length - literal);
        AddText(parts, text);
        _parts = [.. parts];
        _texts = parts.Count(part => part.Kind == Kind.Text);
        _maxBytes = parts.Sum(part => part.Kind switch
        {
            Kind.Literal => part.Bytes.Length,
            Kind.Hex => (int)part.To,
            Kind.Text => 0,
            _ => NumberBytes,
        });
    }

    private enum Kind
    {
        Literal,
        User,
        Iteration,
        Number,
        Random,
        Hex,
        Text,
    }

    public override ReadOnlyMemory<byte> For(VirtualUser user)
    {
        // One size for all texts of a message: drawn before the buffer is taken.
        int textBytes = _texts > 0 ? Draw(_textBytes!, user) : 0;
        byte[] buffer = user.Extras.Buffer(checked(_maxBytes + _texts * textBytes));
        int length = 0;
        foreach (ref readonly Part part in _parts.AsSpan())
            length += Write(part, user, buffer.AsSpan(length), textBytes);
        user.Extras.Messages++;
        return buffer.AsMemory(0, length);
    }

    private static int Write(in Part part, VirtualUser user, Span<byte> target, int textBytes)
    {
        switch (part.Kind)
        {
            case Kind.Literal:
                part.Bytes.CopyTo(target);
                return part.Bytes.Length;
            case Kind.Hex:
                for (int i = 0; i < part.To; i++)
                    target[i] = "0123456789abcdef"u8[(int)user.Chance.NextBelow(16)];
                return (int)part.To;
            case Kind.Text:
                FilledPayload.FillText(target[..textBytes]);
                return textBytes;
            default:
                long number = part.Kind switch
                {
                    Kind.User => user.Number,
                    Kind.Iteration => user.InvocationNumber,
                    Kind.Number => user.Extras.Messages,
                    _ => part.From + (long)user.Chance.NextBelow((ulong)(part.To - part.From) + 1),
                };
                Utf8Formatter.TryFormat(number, target, out int written);
                return written;
        }
    }

    private Part PartOf(string placeholder, int at)
    {
        int colon = placeholder.IndexOf(':');
        string argument = colon < 0 ? "" : placeholder[(colon + 1)..];
        switch (colon < 0 ? placeholder : placeholder[..colon])
        {
            case "user" when colon < 0:
                return new Part(Kind.User);
            case "iteration" when colon < 0:
                return new Part(Kind.Iteration);
            case "number" when colon < 0:
                return new Part(Kind.Number);
            case "text" when colon < 0:
                return _textBytes is not null
                    ? new Part(Kind.Text)
                    : throw new ArgumentException($"Payload template, character {at}: {{text}} needs its sizes: Payload.Template(…, textBytes: Distribution.…).");
            case "random" when colon < 0:
                return new Part(Kind.Random) { To = int.MaxValue };
            case "random" when TryReadRange(argument, out long from, out long to):
                return new Part(Kind.Random) { From = from, To = to };
            case "hex" when int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int digits) && digits is > 0 and <= MaxHexDigits:
                return new Part(Kind.Hex) { To = digits };
            default:
                throw new ArgumentException(
                    $"Payload template, character {at}: {{{placeholder}}} is no placeholder; there are {Known}, and {{{{ before a name stands for a brace.");
        }
    }

    private static bool TryReadRange(string argument, out long from, out long to)
    {
        int dash = argument.IndexOf('-', 0);
        to = 0;
        return long.TryParse(dash < 0 ? "" : argument[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out from)
            && long.TryParse(argument[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out to)
            && from <= to;
    }

    /// <summary>The closing brace of a name in lower case, with or without an argument; -1 where braces mean something else, as in JSON.</summary>
    private static int EndOfPlaceholder(string template, int open)
    {
        int at = open + 1;
        while (at < template.Length && char.IsAsciiLetterLower(template[at]))
            at++;
        if (at == open + 1 || at == template.Length || template[at] is not ('}' or ':'))
            return -1;
        return template.IndexOf('}', at);
    }

    private static void AddText(List<Part> parts, StringBuilder text)
    {
        if (text.Length > 0)
            parts.Add(new Part(Kind.Literal) { Bytes = Encoding.UTF8.GetBytes(text.ToString()) });
        text.Clear();
    }

    private readonly record struct Part(Kind Kind)
    {
        internal byte[] Bytes { get; init; } = [];

        internal long From { get; init; }

        internal long To { get; init; }
    }
}
