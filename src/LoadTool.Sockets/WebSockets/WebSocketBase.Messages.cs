namespace Windows.Networking.Sockets;

/// <content>What a load tester asks of single messages.</content>
public abstract partial class WebSocketBase
{
    /// <summary>Something of the tuning changed: a socket that is connecting or connected hears of it on its loop.</summary>
    internal void Retune()
    {
        if (_connectCalled && !_disposeCalled)
            OnLoop(() => { if (_channel is { } channel) Options.TuningIfAny?.Tune(channel); });
    }
}
