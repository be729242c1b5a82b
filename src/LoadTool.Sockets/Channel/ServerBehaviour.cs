using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>What a server does on one path. One object serves any number of channels unless it keeps state of its own; called on the channel's loop.</summary>
internal abstract class ServerBehaviour
{
    /// <summary>A request that may be accepted was read, and <see cref="ServerAnswer.Leave"/> leaves it to this what is answered, if anything.</summary>
    /// <param name="channel">Takes raw bytes; what the client sends from now on is read and ignored.</param>
    /// <param name="key">The request's key; valid until this returns.</param>
    internal virtual void OnRequested(ServerChannel channel, ReadOnlySpan<byte> key)
    {
    }

    /// <summary>The handshake is done.</summary>
    internal virtual void OnOpened(ServerChannel channel)
    {
    }

    /// <summary>A whole message.</summary>
    /// <param name="channel">Where it came from.</param>
    /// <param name="payload">Valid until this returns.</param>
    /// <param name="opcode">Text or binary.</param>
    internal virtual void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
    {
    }

    /// <summary>All that was sent so far is in the system's hands.</summary>
    internal virtual void OnDrained(ServerChannel channel)
    {
    }

    /// <summary>The channel has ended, in whatever way.</summary>
    internal virtual void OnClosed(ServerChannel channel)
    {
    }
}
