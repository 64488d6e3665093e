using System.Text;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// The properties of a message as the last level of its topic: <c>k=v&amp;k=v</c>, both sides percent-encoded, so that
/// <c>$</c> is <c>%24</c>. The rules are those of edge-hub's <c>UrlEncodedDictionarySerializer</c>.
/// </summary>
public static class PropertyBag
{
    /// <summary>The pairs in their order. A null value is a key without <c>=</c>.</summary>
    /// <exception cref="ArgumentException">An empty key.</exception>
    public static string Encode(params IEnumerable<KeyValuePair<string, string?>> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var bag = new StringBuilder();
        foreach ((string key, string? value) in properties)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            bag.Append(bag.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(key));
            if (value is not null)
            {
                bag.Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return bag.ToString();
    }

    /// <summary>Reads up to the first <c>/</c> or the end. The last of two equal keys wins.</summary>
    /// <exception cref="FormatException">An empty key, or a raw <c>=</c> within a value; the message names the pair.</exception>
    public static IReadOnlyDictionary<string, string?> Decode(string bag)
    {
        ArgumentNullException.ThrowIfNull(bag);
        int end = bag.IndexOf('/', StringComparison.Ordinal);
        string text = end < 0 ? bag : bag[..end];
        var properties = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string pair in text.Length == 0 ? [] : text.Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? pair : pair[..equals];
            string? value = equals < 0 ? null : pair[(equals + 1)..];
            if (key.Length == 0 || value?.Contains('=', StringComparison.Ordinal) == true)
            {
                throw new FormatException(
                    $"Property bag '{text}': '{pair}' is not key=value; percent-encode = & / and $ within keys and values.");
            }

            properties[Uri.UnescapeDataString(key)] = value is null ? null : Uri.UnescapeDataString(value);
        }

        return properties;
    }
}
