using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LoadTool.Outputs.Delivery;

namespace LoadTool.Outputs.Influx;

/// <summary>Posts lines to InfluxDB. Used by the courier only.</summary>
/// <param name="write">Where to.</param>
/// <param name="authorization">Who writes, or null.</param>
/// <param name="isCompressed">Whether bodies are compressed with gzip.</param>
/// <param name="create">Where a database that is missing is made, or null.</param>
internal sealed class InfluxHttpSender(Uri write, AuthenticationHeaderValue? authorization, bool isCompressed, Uri? create) : IDisposable
{
    private const int MaxErrorLength = 200;

    private readonly HttpClient _client = BareClient.Create();

    internal async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await PostAsync(piece, cancellation);
        if (answer.StatusCode != HttpStatusCode.NotFound || create is null)
        {
            await RequireAsync(answer, cancellation);
            return;
        }

        using HttpRequestMessage make = Request(create);
        using HttpResponseMessage made = await _client.SendAsync(make, cancellation);
        await RequireAsync(made, cancellation);
        using HttpResponseMessage second = await PostAsync(piece, cancellation);
        await RequireAsync(second, cancellation);
    }

    /// <summary>Ends its connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        using HttpRequestMessage request = Request(write);
        request.Content = new ReadOnlyMemoryContent(isCompressed ? Compressed(piece.Span) : piece);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        if (isCompressed)
            request.Content.Headers.ContentEncoding.Add("gzip");
        return await _client.SendAsync(request, cancellation);
    }

    private HttpRequestMessage Request(Uri to)
    {
        HttpRequestMessage request = new(HttpMethod.Post, to);
        request.Headers.Authorization = authorization;
        return request;
    }

    private static byte[] Compressed(ReadOnlySpan<byte> piece)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
            gzip.Write(piece);
        return compressed.ToArray();
    }

    private static async Task RequireAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.IsSuccessStatusCode)
            return;
        string problem = $"HTTP {(int)answer.StatusCode}{Explained(await answer.Content.ReadAsStringAsync(cancellation))}";
        if (answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
            throw new IOException(problem);
        throw new RefusedException(problem);
    }

    /// <summary>Version 1 says why in <c>error</c>, version 2 in <c>message</c>.</summary>
    private static string Explained(string body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && (json.RootElement.TryGetProperty("error", out JsonElement why) || json.RootElement.TryGetProperty("message", out why)))
                return $": {VisibleText.OneLine(why.ToString(), MaxErrorLength)}";
        }
        catch (JsonException)
        {
            return "";
        }

        return "";
    }
}
