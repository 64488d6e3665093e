using System.Collections.Immutable;
using System.CommandLine;
using EdgeDePin.Cli.ManifestCommands;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Flashing;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.FlashCommands;

/// <summary>The options that one device and a whole fleet share.</summary>
internal sealed class FlashOptions
{
    private readonly Option<string?> _secrets = new("--secrets") { Description = "File of mode 600 with what only the device may know; '-' is standard input.", HelpName = "FILE" };
    private readonly Option<string> _authority = new("--site-ca") { Description = "Folder of the site's certificate authority; made if it is not there.", HelpName = "DIR", DefaultValueFactory = _ => "site-ca" };
    private readonly Option<string?> _scope = new("--id-scope") { Description = "ID scope of the Device Provisioning Service.", HelpName = "SCOPE" };
    private readonly Option<string?> _registration = new("--registration-id") { Description = "Default: the device's name.", HelpName = "ID" };
    private readonly Option<string?> _wifi = new("--wifi") { Description = "Name of the wireless network; its passphrase is the secret WIFI_PASSWORD.", HelpName = "SSID" };
    private readonly Option<string> _country = new("--country") { Description = "Where the radio is used, two letters.", HelpName = "CC", DefaultValueFactory = _ => "GB" };
    private readonly Option<string> _user = new("--user") { Description = "Who may log in.", HelpName = "NAME", DefaultValueFactory = _ => "edgedepin" };
    private readonly Option<string?> _key = new("--ssh-key") { Description = "File with the public key of who may log in.", HelpName = "FILE" };
    private readonly Option<string?> _identity = new("--identity-cert") { Description = "Certificate for dps-x509, PEM; its key is named by the secret IDENTITY_KEY_FILE.", HelpName = "FILE" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be written, and write nothing." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_secrets, _authority, _scope, _registration, _wifi, _country, _user, _key, _identity, _dryRun])
        {
            command.Add(option);
        }
    }

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    public string AuthorityFolder(ParseResult parsed) => parsed.GetValue(_authority)!;

    /// <summary>Adds what the options and the file of variables say.</summary>
    /// <exception cref="DeploymentException">A value or a file is wrong.</exception>
    public DeviceOrder Complete(ParseResult parsed, ManifestSource source, DeviceOrder order)
    {
        ImmutableDictionary<string, string> values = source.Values(parsed).ToImmutableDictionary(StringComparer.Ordinal)
            .SetItems(order.Values).SetItem("DEVICE", order.Name.Text);
        string country = parsed.GetValue(_country)!, user = parsed.GetValue(_user)!;
        return order with
        {
            Values = values,
            IdScope = parsed.GetValue(_scope),
            RegistrationId = parsed.GetValue(_registration) ?? order.Name.Text,
            Wifi = parsed.GetValue(_wifi),
            Country = country.Length == 2 && country.All(char.IsAsciiLetterUpper) ? country : throw new DeploymentException($"--country '{country}' is no country: write two capitals such as DE."),
            User = user.Length is > 0 and <= 32 && char.IsAsciiLetterLower(user[0]) && user.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_')
                ? user : throw new DeploymentException($"--user '{user}' is no user name: use 1 to 32 of a-z, 0-9, - and _, beginning with a letter."),
            SshKey = parsed.GetValue(_key) is { } key ? PublicKey(key) : null,
            IdentityCertificate = parsed.GetValue(_identity) is { } certificate ? Certificate(certificate) : null,
        };
    }

    /// <exception cref="DeploymentException">Not readable, open to others, or malformed.</exception>
    public DeviceSecrets Secrets(ParseResult parsed) => parsed.GetValue(_secrets) switch
    {
        null => DeviceSecrets.None,
        "-" => DeviceSecrets.Read("standard input", Console.In.ReadToEnd()),
        { } file => DeviceSecrets.ReadFile(file),
    };

    private static string PublicKey(string file)
    {
        string line = Text(file).Trim();
        string[] parts = line.Split(' ', 3);
        return parts.Length >= 2 && !line.Contains('\n', StringComparison.Ordinal) && (parts[0].StartsWith("ssh-", StringComparison.Ordinal) || parts[0].StartsWith("ecdsa-", StringComparison.Ordinal) || parts[0].StartsWith("sk-", StringComparison.Ordinal))
            ? line : throw new DeploymentException($"{file} is no public key of ssh: name the file that ends with .pub.");
    }

    private static string Certificate(string file)
    {
        string text = Text(file);
        return text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) ? text : throw new DeploymentException($"{file} holds no certificate in PEM.");
    }

    private static string Text(string file) => !File.Exists(file) ? throw new DeploymentException($"There is no file {file}: check the path.")
        : new FileInfo(file).Length > JsonSource.MaxBytes ? throw new DeploymentException($"{file} is too large for what it should be.")
        : File.ReadAllText(file);
}
