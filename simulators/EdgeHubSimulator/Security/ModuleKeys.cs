using System.Security.Cryptography;
using System.Text;
using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator.Security;

/// <summary>
/// The keys of a site's modules. All are derived from one secret of the site, so that there is one file to keep and nothing to
/// register; a new secret is a new key for everyone.
/// </summary>
public sealed class ModuleKeys
{
    private const int SecretBytes = 32;

    private readonly byte[] _secret;

    /// <param name="file">Made if it is not there, for its owner only.</param>
    /// <exception cref="InvalidDataException">The file holds no secret; the message names it.</exception>
    public ModuleKeys(string file)
    {
        if (!File.Exists(file))
        {
            PrivateFile.Write(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)));
        }

        byte[] secret = new byte[SecretBytes];
        _secret = Convert.TryFromBase64String(File.ReadAllText(file).Trim(), secret, out int length) && length == SecretBytes
            ? secret
            : throw new InvalidDataException($"{file} is not the base64 of {SecretBytes} bytes: restore it from a backup, or delete it and give every module its new key.");
    }

    /// <summary>Which life of the site's modules this is: another secret is another one.</summary>
    public string GenerationId => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, "generation"u8).AsSpan(0, 8));

    public SharedKey Of(ModuleIdentity module) => new(Bytes(module));

    /// <summary>What a module outside the workload API is given: identity, gateway and key in one line.</summary>
    public string ConnectionString(ModuleIdentity module, string iotHub, string gateway) =>
        $"HostName={iotHub};GatewayHostName={gateway};DeviceId={module.DeviceId};ModuleId={module.ModuleId};SharedAccessKey={Convert.ToBase64String(Bytes(module))}";

    private byte[] Bytes(ModuleIdentity module) => HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"module {module.ClientId}"));
}
