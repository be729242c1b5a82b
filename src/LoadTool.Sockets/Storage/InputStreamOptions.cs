namespace Windows.Storage.Streams;

/// <summary>When a read is complete.</summary>
[Flags]
public enum InputStreamOptions : uint
{
    /// <summary>With all bytes asked for, or at the end.</summary>
    None = 0,

    /// <summary>With at least one byte, or at the end.</summary>
    Partial = 1,

    /// <summary>The stream may fetch more than was asked for.</summary>
    ReadAhead = 2,
}
