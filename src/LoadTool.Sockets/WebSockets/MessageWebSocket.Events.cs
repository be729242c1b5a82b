using System.Buffers;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Foundation;

namespace Windows.Networking.Sockets;

/// <content>What the channel tells, and how it reaches event handlers.</content>
public sealed partial class MessageWebSocket
{
    /// <summary>Exceptions that came out of event handlers. They do not end the process, nor the socket.</summary>
    public long UnhandledHandlerExceptions { get; private set; }

    void IChannelOwner.OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented)
    {
        SocketMessageType type = opcode == Opcode.Text ? SocketMessageType.Utf8 : SocketMessageType.Binary;
        if (_messageReceived is null)
        {
            _receiver!.Deliver(_channel!, payload, type, receivedAt, rented);
            return;
        }

        MessageWebSocketMessageReceivedEventArgs message = new(type, payload.ToArray(), receivedAt);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        Raise(message);
    }

    void IChannelOwner.OnPeerClosed(ushort code, string reason)
    {
        if (_stage == Stage.Open)
            _stage = Stage.ClosedByPeer;
        (_closeCode, _closeReason) = (code, reason);
        RaiseClosed();
        _receiver?.Fail(Failures.ConnectionAborted(ConnectionPhase.Open, code));
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
        if (_messageReceived is not null)
            Raise(new MessageWebSocketMessageReceivedEventArgs(cause));
        else
            _receiver!.Fail(cause);
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

    private void Raise(MessageWebSocketMessageReceivedEventArgs message) => Raise(() =>
    {
        // A socket closed or disposed here delivers no more messages, those neither that wait for a slow handler.
        if (!_closeCalled && !_disposeCalled)
            Invoke(_messageReceived!, this, message);
    });

    private void Raise(Action raise)
    {
        if (_loop.RaisesEventsOnPool)
            (_pump ??= new EventPump(_loop, _channel!)).Raise(raise);
        else
            raise();
    }

    /// <summary>Asks the handlers of <see cref="ServerCustomValidationRequested"/>.</summary>
    /// <returns>False when one refused the server, or threw: a check that broke down vouches for nothing.</returns>
    private async Task<bool> JudgeServerAsync(ServerValidation validation)
    {
        WebSocketServerCustomValidationRequestedEventArgs args = new(validation);
        void Ask()
        {
            long before = UnhandledHandlerExceptions;
            Invoke(_customValidation!, this, args);
            if (UnhandledHandlerExceptions != before)
                args.Reject();
        }

        if (_loop.RaisesEventsOnPool)
            await Task.Run(Ask);
        else
            Ask();
        return await args.EndAsync();
    }

    private void Invoke<TSender, TResult>(TypedEventHandler<TSender, TResult> handlers, TSender sender, TResult arguments)
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
