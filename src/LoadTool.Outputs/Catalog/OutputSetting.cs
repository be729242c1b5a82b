namespace LoadTool.Outputs.Catalog;

/// <summary>One setting of an output, given as <c>--out-setting output.name=value</c> or under <c>output-settings</c> in a config file.</summary>
/// <param name="Name">Its name, without that of the output.</param>
/// <param name="Help">One sentence, with the default.</param>
internal sealed record OutputSetting(string Name, string Help);
