using LoadTool.Sockets;

namespace Windows.Web;

/// <summary>Translates the HRESULT of a failed web operation.</summary>
public static class WebError
{
    /// <summary>The status that Windows' documents pair with an HRESULT; <see cref="WebErrorStatus.Unknown"/> where they name none.</summary>
    /// <param name="hresult">An exception's <see cref="Exception.HResult"/>.</param>
    /// <returns>One of the enumeration's values; never fails.</returns>
    public static WebErrorStatus GetStatus(int hresult) => WebErrorTable.Documented(hresult);
}
