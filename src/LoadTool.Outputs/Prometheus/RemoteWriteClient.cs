using System.Net;
using System.Net.Http.Headers;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Sends remote write requests, one at a time, and knows which answers are final.</summary>
internal sealed class RemoteWriteClient : IDisposable
{
    /// <summary>Of what a receiver says about an error.</summary>
    private const int MaxReasonCharacters = 200;

    /// <summary>A receiver may ask for a day; the run's end does not wait for it anyway.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly TimeProvider _clock;
    private long _waitFrom;
    private TimeSpan _wait;

    internal RemoteWriteClient(Uri url, AuthenticationHeaderValue? authorization, TimeProvider clock)
    {
        // Credentials go into a header.
        (_url, _clock) = (new UriBuilder(url) { UserName = "", Password = "" }.Uri, clock);
        _http = BareClient.Create();
        HttpRequestHeaders headers = _http.DefaultRequestHeaders;
        headers.Authorization = authorization;
        headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        headers.UserAgent.Add(new ProductInfoHeaderValue("loadtool", ToolVersion.Text.Split('+')[0]));
    }

    /// <summary>Sends one request.</summary>
    /// <exception cref="RefusedException">The receiver will never take it.</exception>
    /// <exception cref="IOException">It may take it later.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    internal async Task SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        if (_clock.GetElapsedTime(_waitFrom) < _wait)
            throw new IOException($"the receiver asked to be left alone for {_wait.TotalSeconds:0} s");
        using ByteArrayContent content = new(request.ToArray());
        (content.Headers.ContentType, _) = (new MediaTypeHeaderValue("application/x-protobuf"), content.Headers.TryAddWithoutValidation("Content-Encoding", "snappy"));
        using HttpResponseMessage answer = await _http.PostAsync(_url, content, cancellation);
        if (answer.IsSuccessStatusCode)
            return;
        string reason = $"{PublicUri.Of(_url)} answered {(int)answer.StatusCode}{await ReasonAsync(answer, cancellation)}";
        if (!MayBeTakenLater(answer.StatusCode))
            throw new RefusedException(reason);
        KeepWait(answer.Headers.RetryAfter);
        throw new IOException(reason);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>As the protocol says, and as Prometheus does itself with too many requests.</summary>
    private static bool MayBeTakenLater(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;

    private void KeepWait(RetryConditionHeaderValue? wait)
    {
        TimeSpan? asked = wait?.Delta ?? wait?.Date - _clock.GetUtcNow();
        (_waitFrom, _wait) = (_clock.GetTimestamp(), asked is not { } time || time < TimeSpan.Zero ? TimeSpan.Zero : time < LongestWait ? time : LongestWait);
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using StreamReader reader = new(await answer.Content.ReadAsStreamAsync(cancellation));
        char[] start = new char[MaxReasonCharacters];
        int length = await reader.ReadBlockAsync(start, cancellation);
        string text = VisibleText.OneLine(new string(start, 0, length).Trim());
        return text.Length > 0 ? $": {text}" : "";
    }
}
