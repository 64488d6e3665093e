using System.Security.Cryptography;
using System.Text;

namespace EdgeDePin.Storage;

/// <summary>What a request says about who sends it.</summary>
/// <param name="Authorization">The header; null without.</param>
/// <param name="User">Parameter <c>u</c>.</param>
/// <param name="Password">Parameter <c>p</c>.</param>
/// <param name="IsLocal">Sent from this device.</param>
/// <param name="FromOtherSite">A browser says that a page of another site asked it to send this.</param>
public sealed record ApiCaller(string? Authorization, string? User, string? Password, bool IsLocal, bool FromOtherSite = false);

/// <summary>
/// Finds out who a caller is. Without users the API is open to this device and closed to all others. Secrets are compared by
/// their hashes in constant time, all of them, whoever asks.
/// </summary>
internal sealed class ApiAccess
{
    private readonly List<Known> _users;

    public ApiAccess(ApiOptions options)
    {
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _users = [.. options.Users.Select(user => new Known(
            user, user.Name.Length > 0 && user.Password.Length > 0 ? Hash($"{user.Name}\0{user.Password}") : null,
            user.Token.Length > 0 ? Hash(user.Token) : null))];
    }

    /// <summary>The user, or why there is none: 401 in the words of InfluxDB 1.6.7, or 403.</summary>
    public (ApiUser? User, int Status, string Reason) Find(ApiCaller caller)
    {
        if (_users.Count == 0)
        {
            return caller.IsLocal
                ? (new ApiUser { Name = "local", Write = true }, 0, "")
                : (null, 403, "this node has no API users, so only programs on it may ask; add one to the option Api:Users");
        }

        (byte[]? pair, byte[]? token) = Secrets(caller);
        if (pair is null && token is null)
        {
            return (null, 401, "unable to parse authentication credentials");
        }

        ApiUser? found = null;
        foreach (Known known in _users)
        {
            bool same = (Same(pair, known.Pair) | Same(token, known.Token)) != 0;
            found = same ? known.User : found;
        }

        return found is null ? (null, 401, "authorization failed") : (found, 0, "");
    }

    // The header counts, then u and p: the order of InfluxDB.
    private static (byte[]? Pair, byte[]? Token) Secrets(ApiCaller caller)
    {
        string[] parts = (caller.Authorization ?? "").Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length == 2)
        {
            switch (parts[0].ToUpperInvariant())
            {
                case "BASIC":
                    byte[] decoded = new byte[parts[1].Length];
                    return Convert.TryFromBase64String(parts[1], decoded, out int length)
                        ? Pair(Encoding.UTF8.GetString(decoded, 0, length)) : (null, null);
                case "TOKEN" or "BEARER":
                    return (Pair(parts[1]).Pair, Hash(parts[1]));
            }
        }

        return string.IsNullOrEmpty(caller.User) ? (null, null) : (Hash($"{caller.User}\0{caller.Password}"), null);
    }

    private static (byte[]? Pair, byte[]? Token) Pair(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? null : Hash($"{text[..colon]}\0{text[(colon + 1)..]}"), null);
    }

    private static int Same(byte[]? given, byte[]? known) =>
        given is not null && known is not null && CryptographicOperations.FixedTimeEquals(given, known) ? 1 : 0;

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private sealed record Known(ApiUser User, byte[]? Pair, byte[]? Token);
}
