using System.Globalization;
using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>What a request's query says of permessage-deflate: <c>deflate</c>, <c>deflate=no-context</c>, <c>deflate=9</c>, or several with commas.</summary>
internal static class DeflateQuery
{
    /// <summary>Reads what the server is to ask for, of both directions alike.</summary>
    /// <returns>False when a word is unknown; the options are null when the query asks for no compression.</returns>
    internal static bool TryRead(Query query, out DeflateOptions? options)
    {
        options = null;
        if (query["deflate"] is not { } written)
            return true;
        DeflateOptions asked = default;
        foreach (string word in written.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == "no-context")
                asked = asked with { ClientNoContextTakeover = true, ServerNoContextTakeover = true };
            else if (TryReadWindow(word, out int bits))
                asked = asked with { ClientMaxWindowBits = bits, ServerMaxWindowBits = bits };
            else
                return false;
        }

        options = asked;
        return true;
    }

    private static bool TryReadWindow(string word, out int bits) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits is >= DeflateOptions.MinWindowBits and <= DeflateOptions.MaxWindowBits;
}
