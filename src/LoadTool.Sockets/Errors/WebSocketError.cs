using LoadTool.Sockets;
using Windows.Web;

namespace Windows.Networking.Sockets;

/// <summary>Translates the HRESULT of a failed WebSocket operation.</summary>
public static class WebSocketError
{
    /// <summary>
    /// As <see cref="WebError.GetStatus"/>, with rows for failures that the documents leave without a status: broken WebSocket rules,
    /// TLS that could not be agreed on, untrusted issuers and failed revocation checks.
    /// </summary>
    /// <param name="hresult">An exception's <see cref="Exception.HResult"/>, best taken from <see cref="Exception.GetBaseException"/>.</param>
    /// <returns>One of the enumeration's values; never fails.</returns>
    public static WebErrorStatus GetStatus(int hresult) =>
        WebErrorTable.Documented(hresult) is var status and not WebErrorStatus.Unknown ? status : WebErrorTable.Extended(hresult);
}
