namespace LoadTool.Cli.Configuration;

/// <summary>What the value of an option looks like.</summary>
internal enum OptionKind
{
    /// <summary>One text.</summary>
    Text,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>Several texts in order; a higher layer's take the place of a lower one's.</summary>
    List,

    /// <summary>Values by name; a higher layer's take the place of a lower one's of the same name.</summary>
    Map,
}
