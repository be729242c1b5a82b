namespace Windows.Storage.Streams;

/// <summary>How numbers become bytes.</summary>
public enum ByteOrder
{
    /// <summary>Low byte first.</summary>
    LittleEndian = 0,

    /// <summary>High byte first.</summary>
    BigEndian = 1,
}
