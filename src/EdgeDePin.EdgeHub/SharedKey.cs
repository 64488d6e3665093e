using System.Security.Cryptography;

namespace EdgeDePin.EdgeHub;

/// <summary>A module's symmetric key, as connection strings carry it.</summary>
public sealed class SharedKey : IModuleSigner
{
    private readonly byte[] _key;

    public SharedKey(ReadOnlySpan<byte> key) => _key = key.ToArray();

    /// <param name="base64">The key as it stands after <c>SharedAccessKey=</c>.</param>
    /// <exception cref="FormatException">Not base64, or empty. The key itself is not repeated.</exception>
    public static SharedKey Parse(string base64)
    {
        byte[] key = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, key, out int length) && length > 0
            ? new SharedKey(key.AsSpan(0, length))
            : throw new FormatException($"SharedAccessKey is no base64 ({base64.Length} characters): copy it whole, with the = at its end.");
    }

    public string Sign(ReadOnlySpan<byte> data) => Convert.ToBase64String(HMACSHA256.HashData(_key, data));

    public Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => Task.FromResult(Sign(data.Span));

    /// <summary>Whether a token carries this key's signature; takes the same time for every wrong one.</summary>
    public bool Signed(SasToken token)
    {
        byte[] signature = new byte[token.Signature.Length];
        byte[] expected = HMACSHA256.HashData(_key, SasToken.ToSign(token.Resource, token.ExpirySeconds));
        return Convert.TryFromBase64String(token.Signature, signature, out int length)
            && CryptographicOperations.FixedTimeEquals(signature.AsSpan(0, length), expected);
    }
}
