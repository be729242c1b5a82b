using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Otlp.Messages;

namespace LoadTool.Outputs.Otlp;

/// <summary>Posts requests of OTLP, over HTTP or gRPC. Used by the courier only.</summary>
internal sealed class OtlpSender(OtlpTarget target) : IDisposable
{
    private const int MaxErrorLength = 200;

    /// <summary>A flag for compression, and the length.</summary>
    private const int GrpcHeadLength = 5;

    private readonly HttpClient _client = BareClient.Create();

    internal async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, target.Url) { Content = new ReadOnlyMemoryContent(target.IsGrpc ? Framed(piece.Span) : piece) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(target.IsGrpc ? "application/grpc" : "application/x-protobuf");
        foreach ((string name, string value) in target.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (target.IsGrpc)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        using HttpResponseMessage answer = await _client.SendAsync(request, cancellation);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        RequireHttp(answer);
        if (target.IsGrpc)
            RequireGrpc(answer);
        RequireAll(body.AsSpan(target.IsGrpc ? Math.Min(GrpcHeadLength, body.Length) : 0));
    }

    /// <summary>Ends its connections.</summary>
    public void Dispose() => _client.Dispose();

    private static byte[] Framed(ReadOnlySpan<byte> message)
    {
        byte[] framed = new byte[GrpcHeadLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed.AsSpan(GrpcHeadLength));
        return framed;
    }

    private static void RequireHttp(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
            return;
        string problem = $"HTTP {(int)answer.StatusCode}";
        if (answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
            throw new IOException(problem);
        throw new RefusedException(problem);
    }

    /// <summary>The status comes behind the answer, or in its head where there is none. Which are worth another attempt is OTLP's word.</summary>
    private static void RequireGrpc(HttpResponseMessage answer)
    {
        string? status = Header(answer, "grpc-status");
        if (status == "0")
            return;
        string problem = $"gRPC status {VisibleText.OneLine(status ?? "missing", MaxErrorLength)}{(Header(answer, "grpc-message") is { } why ? $": {VisibleText.OneLine(Uri.UnescapeDataString(why), MaxErrorLength)}" : "")}";
        if (status is "1" or "4" or "8" or "10" or "11" or "14" or "15")
            throw new IOException(problem);
        throw new RefusedException(problem);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || answer.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    /// <summary>A receiver may say yes, and yet leave out a part.</summary>
    private static void RequireAll(ReadOnlySpan<byte> body)
    {
        PartialSuccess? part;
        try
        {
            part = ExportResponse.Parser.ParseFrom(body).PartialSuccess;
        }
        catch (InvalidProtocolBufferException)
        {
            // It said yes, if in words of its own.
            return;
        }

        if (part is { RejectedDataPoints: > 0 })
            throw new RefusedException($"{part.RejectedDataPoints} points were rejected: {VisibleText.OneLine(part.ErrorMessage, MaxErrorLength)}");
    }
}
