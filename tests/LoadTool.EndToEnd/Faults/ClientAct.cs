namespace LoadTool.EndToEnd.Faults;

/// <summary>What the client does besides receiving, once it is connected.</summary>
internal enum ClientAct
{
    /// <summary>Nothing.</summary>
    Receives,

    /// <summary>Closes with code 1000 at once.</summary>
    Closes,

    /// <summary>Sends a message far larger than all buffers on its way.</summary>
    SendsMuch,
}
