using System.Globalization;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.Tests.Errors;

public sealed class WebSocketErrorTests
{
    /// <summary>The pairs that Windows' names and descriptions give, but for HTTP.</summary>
    private static readonly string DocumentedRows = """
        80072EE2 Timeout
        80072EE7 HostNameNotResolved
        80072EF1 OperationCanceled
        80072EFD CannotConnect
        80072EFE ConnectionAborted
        80072EFF ConnectionReset
        80072F05 CertificateExpired
        80072F06 CertificateCommonNameIsIncorrect
        80072F07 HttpToHttpsOnRedirection
        80072F08 HttpsToHttpOnRedirection
        80072F17 CertificateContainsErrors
        80072F78 ErrorHttpInvalidServerResponse
        80072F7C RedirectFailed
        80072F83 Disconnected
        80072F84 ServerUnreachable
        80072F89 CertificateIsInvalid
        80072F8A CertificateRevoked
        80004004 OperationCanceled
        800703E3 OperationCanceled
        800704C7 OperationCanceled
        80190001 UnexpectedStatusCode
        80190003 UnexpectedRedirection
        80190004 UnexpectedClientError
        80190005 UnexpectedServerError
        """;

    private static readonly string ExtendedRows = """
        80072F0D CertificateIsInvalid
        80072F19 CertificateContainsErrors
        80072F7D UnexpectedClientError
        83760001 ErrorHttpInvalidServerResponse
        83760002 ErrorHttpInvalidServerResponse
        83760003 ErrorHttpInvalidServerResponse
        83760004 ErrorHttpInvalidServerResponse
        83760005 ErrorHttpInvalidServerResponse
        """;

    private static Dictionary<int, WebErrorStatus> Table(string rows)
    {
        Dictionary<int, WebErrorStatus> table = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Trim().Split(' ')).ToDictionary(
            row => int.Parse(row[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), row => Enum.Parse<WebErrorStatus>(row[1]));
        foreach (int status in HttpStatuses)
            table[unchecked((int)0x80190000) + status] = (WebErrorStatus)status;
        return table;
    }

    private static IEnumerable<int> HttpStatuses => [.. Enumerable.Range(300, 6), 307, .. Enumerable.Range(400, 18), .. Enumerable.Range(500, 6)];

    private static IEnumerable<int> Candidates()
    {
        (uint First, uint Last)[] ranges =
            [(0x80072EE0, 0x80072FA8), (0x80190000, 0x801903E7), (0x83760000, 0x83760010), (0x80004000, 0x80004010), (0x800703E0, 0x800704D0), (0, 100)];
        return ranges.SelectMany(range => Enumerable.Range(unchecked((int)range.First), (int)(range.Last - range.First) + 1));
    }

    [Fact]
    public void Behaviour_151_GetStatus_equals_the_table_and_is_otherwise_Unknown()
    {
        Dictionary<int, WebErrorStatus> documented = Table(DocumentedRows);
        Dictionary<int, WebErrorStatus> all = Table(DocumentedRows + "\n" + ExtendedRows);
        foreach (int hresult in Candidates())
        {
            Assert.Equal((hresult, all.GetValueOrDefault(hresult)), (hresult, WebSocketError.GetStatus(hresult)));
            Assert.Equal((hresult, documented.GetValueOrDefault(hresult)), (hresult, WebError.GetStatus(hresult)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(unchecked((int)0x80004005))]
    [InlineData(unchecked((int)0x80000013))]
    [InlineData(unchecked((int)0x8000000E))]
    [InlineData(unchecked((int)0x80070057))]
    [InlineData(unchecked((int)0x8000000B))]
    [InlineData(unchecked((int)0x800710DD))]
    [InlineData(unchecked((int)0x800710F0))]
    [InlineData(unchecked((int)0x800C000E))]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Behaviour_152_GetStatus_of_success_and_of_state_and_argument_errors_is_Unknown(int hresult) =>
        Assert.Equal(WebErrorStatus.Unknown, WebSocketError.GetStatus(hresult));

    [Fact]
    public void Behaviour_156_The_values_of_WebErrorStatus_are_those_of_Windows()
    {
        string[] first24 =
        [
            "Unknown", "CertificateCommonNameIsIncorrect", "CertificateExpired", "CertificateContainsErrors", "CertificateRevoked", "CertificateIsInvalid",
            "ServerUnreachable", "Timeout", "ErrorHttpInvalidServerResponse", "ConnectionAborted", "ConnectionReset", "Disconnected",
            "HttpToHttpsOnRedirection", "HttpsToHttpOnRedirection", "CannotConnect", "HostNameNotResolved", "OperationCanceled", "RedirectFailed",
            "UnexpectedStatusCode", "UnexpectedRedirection", "UnexpectedClientError", "UnexpectedServerError", "InsufficientRangeSupport",
            "MissingContentLengthSupport",
        ];
        Assert.Equal(first24, Enum.GetValues<WebErrorStatus>().Order().Take(24).Select(value => value.ToString()));
        Assert.Equal([.. Enumerable.Range(0, 24), .. HttpStatuses], Enum.GetValues<WebErrorStatus>().Select(value => (int)value).Order());

        string http = """
            300 MultipleChoices 301 MovedPermanently 302 Found 303 SeeOther 304 NotModified 305 UseProxy 307 TemporaryRedirect 400 BadRequest
            401 Unauthorized 402 PaymentRequired 403 Forbidden 404 NotFound 405 MethodNotAllowed 406 NotAcceptable 407 ProxyAuthenticationRequired
            408 RequestTimeout 409 Conflict 410 Gone 411 LengthRequired 412 PreconditionFailed 413 RequestEntityTooLarge 414 RequestUriTooLong
            415 UnsupportedMediaType 416 RequestedRangeNotSatisfiable 417 ExpectationFailed 500 InternalServerError 501 NotImplemented 502 BadGateway
            503 ServiceUnavailable 504 GatewayTimeout 505 HttpVersionNotSupported
            """;
        Assert.Equal(
            http.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            Enum.GetValues<WebErrorStatus>().Order().Skip(24).SelectMany(value => new[] { $"{(int)value}", $"{value}" }));
    }
}
