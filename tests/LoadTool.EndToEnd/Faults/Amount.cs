using System.Globalization;

namespace LoadTool.EndToEnd.Faults;

/// <summary>How much of something random is done: as much as always, or as much as a variable of the environment says.</summary>
internal static class Amount
{
    public static int Of(string variable, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : byDefault;
}
