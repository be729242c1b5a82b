using System.Globalization;

namespace LoadTool.Cli.Serve;

/// <summary>What a request's query says.</summary>
internal sealed class Query(string text)
{
    /// <summary>A value as it was meant, without escapes; empty where the name stands alone, null when the query does not name it.</summary>
    internal string? this[string name]
    {
        get
        {
            foreach (string pair in text.Split('&'))
            {
                if (pair == name)
                    return "";
                if (pair.StartsWith(name + "=", StringComparison.Ordinal))
                    return Uri.UnescapeDataString(pair[(name.Length + 1)..]);
            }

            return null;
        }
    }

    /// <summary>Reads a number, or its default when the query does not name it.</summary>
    /// <returns>False when it is no number or outside its range.</returns>
    internal bool TryGet(string name, double byDefault, double min, double max, out double value)
    {
        value = byDefault;
        return this[name] is not { } written
            || (double.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);
    }
}
