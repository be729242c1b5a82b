using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Foundation;

namespace Windows.Networking.Sockets;

/// <content>What the channel tells, and how it reaches event handlers.</content>
public abstract partial class WebSocketBase
{
    /// <summary>Exceptions that came out of event handlers. They do not end the process, nor the socket.</summary>
    public long UnhandledHandlerExceptions { get; private set; }

    uint IChannelOwner.SocketId => SocketId;

    void IChannelOwner.OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented) => OnMessage(payload, opcode, receivedAt, rented);

    void IChannelOwner.OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt) => OnPiece(piece, opcode, endsMessage, receivedAt);

    void IChannelOwner.OnPeerClosed(ushort code, string reason)
    {
        if (_stage == Stage.Open)
            _stage = Stage.ClosedByPeer;
        (_closeCode, _closeReason) = (code, reason);
        RaiseClosed();
        OnClosedByPeer();
    }

    void IChannelOwner.OnBroken(Exception cause)
    {
        // After a Close from here nobody waits for messages; the end of TCP is then no news.
        if (_stage is not Stage.Open)
        {
            RaiseClosedIfClosedHere();
            return;
        }

        _stage = Stage.Aborted;
        _failure = cause;
        OnAborted(cause);
    }

    void IChannelOwner.OnFinished() => RaiseClosedIfClosedHere();

    private void RaiseClosedIfClosedHere()
    {
        if (_stage is Stage.ClosedHere or Stage.Disposed)
            RaiseClosed();
    }

    private void RaiseClosed()
    {
        if (_isClosedRaised)
            return;
        _isClosedRaised = true;
        if (Closed is { } handlers)
            Raise(() => Invoke(handlers, this, new WebSocketClosedEventArgs(_closeCode, _closeReason)));
    }

    private protected void Raise(Action raise)
    {
        if (Loop.RaisesEventsOnPool)
            (_pump ??= new EventPump(Loop, _channel!)).Raise(raise);
        else
            raise();
    }

    /// <summary>Asks the handlers of the event ServerCustomValidationRequested.</summary>
    /// <returns>False when one refused the server, or threw: a check that broke down vouches for nothing.</returns>
    private async Task<bool> JudgeServerAsync(ServerValidation validation, Action<WebSocketServerCustomValidationRequestedEventArgs> ask)
    {
        WebSocketServerCustomValidationRequestedEventArgs args = new(validation);
        void Ask()
        {
            long before = UnhandledHandlerExceptions;
            ask(args);
            if (UnhandledHandlerExceptions != before)
                args.Reject();
        }

        if (Loop.RaisesEventsOnPool)
            await Task.Run(Ask);
        else
            Ask();
        return await args.EndAsync();
    }

    private protected void Invoke<TSender, TResult>(TypedEventHandler<TSender, TResult> handlers, TSender sender, TResult arguments)
    {
        foreach (TypedEventHandler<TSender, TResult> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(sender, arguments);
            }
            catch (Exception)
            {
                UnhandledHandlerExceptions++;
            }
        }
    }
}
