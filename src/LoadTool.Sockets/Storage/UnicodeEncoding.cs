namespace Windows.Storage.Streams;

/// <summary>How strings become bytes; never with a byte order mark.</summary>
public enum UnicodeEncoding
{
    /// <summary>UTF-8: a code unit is one byte.</summary>
    Utf8 = 0,

    /// <summary>UTF-16, low byte first: a code unit is two bytes.</summary>
    Utf16LE = 1,

    /// <summary>UTF-16, high byte first.</summary>
    Utf16BE = 2,
}
