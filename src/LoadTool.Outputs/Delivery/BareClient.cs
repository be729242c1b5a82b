namespace LoadTool.Outputs.Delivery;

/// <summary>The HTTP client of outputs: credentials never go where a redirection points, and no answer is kept that is longer than one has reason to be.</summary>
internal static class BareClient
{
    /// <summary>What a receiver says of an error fits; a proxy's page of apologies does too.</summary>
    private const int MaxAnswerBytes = 1_000_000;

    /// <summary>A client whose limits of time are the courier's.</summary>
    internal static HttpClient Create() => new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };
}
