using System.Globalization;

namespace LoadTool.Cli.Serve;

/// <summary>The numbers in a request's query.</summary>
internal sealed class Query(string text)
{
    /// <summary>Reads a number, or its default when the query does not name it.</summary>
    /// <returns>False when it is no number or outside its range.</returns>
    internal bool TryGet(string name, double byDefault, double min, double max, out double value)
    {
        value = byDefault;
        foreach (string pair in text.Split('&'))
        {
            if (pair.StartsWith(name + "=", StringComparison.Ordinal))
            {
                return double.TryParse(pair[(name.Length + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
                    && value >= min && value <= max;
            }
        }

        return true;
    }
}
