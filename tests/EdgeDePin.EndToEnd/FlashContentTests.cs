using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Tomlyn;
using Tomlyn.Model;

namespace EdgeDePin.EndToEnd;

/// <summary>What stands in the flashed files, as cloud-init, PyYAML, Tomlyn, openssl and a shell read it.</summary>
public sealed class FlashContentTests : IDisposable
{
    // Every key of edgelet/contrib/config/linux/template.toml and of "Configure IoT Edge device settings" that we may write.
    private static readonly string[] DocumentedKeys =
    [
        "hostname", "parent_hostname", "trust_bundle_cert", "auto_reprovisioning_mode", "prefer_module_identity_cache",
        "provisioning.source", "provisioning.global_endpoint", "provisioning.id_scope", "provisioning.iothub_hostname",
            "provisioning.device_id",
        "provisioning.authentication.method", "provisioning.authentication.device_id_pk.value",
        "provisioning.attestation.method", "provisioning.attestation.registration_id", "provisioning.attestation.symmetric_key.value",
        "provisioning.attestation.identity_cert", "provisioning.attestation.identity_pk",
        "edge_ca.cert", "edge_ca.pk", "agent.name", "agent.type", "agent.imagePullPolicy", "agent.config.image", "watchdog.max_retries",
        "image_garbage_collection.enabled", "image_garbage_collection.cleanup_recurrence",
            "image_garbage_collection.image_age_cleanup_threshold",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-content-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Ways => new()
    {
        { "dps-symmetric", "DPS_GROUP_KEY=8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==" },
        { "dps-tpm", "LOGIN_PASSWORD_HASH=$6$salt$hash" },
        { "dps-x509", "IDENTITY_KEY_FILE=" },
        { "manual", "CONNECTION_STRING=HostName=hub1.azure-devices.net;DeviceId=pi-01;SharedAccessKey=c2VjcmV0LWtleQ==" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_configuration_of_IoT_Edge_is_TOML_with_documented_keys_only(string provisioning, string secrets)
    {
        if (provisioning == "dps-x509")
        {
            secrets += await IdentityAsync();
        }

        Dictionary<string, string> files = await FilesAsync("ubuntu", provisioning, secrets);
        TomlTable config = TomlSerializer.Deserialize<TomlTable>(files["/etc/aziot/config.toml 0600"])!;
        string[] keys = [.. Keys(config, "")];
        Assert.Empty(keys.Except(DocumentedKeys));
        Assert.Equal("pi-01", config["hostname"]);
        Assert.Contains("edge_ca.pk", keys);
        var how = (TomlTable)config["provisioning"];
        Assert.Equal(provisioning == "manual" ? "manual" : "dps", how["source"]);
        if (provisioning == "dps-symmetric")
        {
            // Microsoft, "Symmetric key attestation": HMAC-SHA256 of the registration id with the group's key; by openssl here.
            string expected = (await ToolCall.RunAsync("sh", "-c",
                "printf %s pi-01 | openssl sha256 -mac HMAC -macopt hexkey:$(printf %s '8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==' | base64 -d | xxd -p -u -c 256) -binary | base64")).Trim();
            var attestation = (TomlTable)how["attestation"];
            Assert.Equal(expected, ((TomlTable)attestation["symmetric_key"])["value"]);
            Assert.DoesNotContain("8isrFI1sG", string.Concat(files.Values), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("trixie")]
    [InlineData("ubuntu")]
    public async Task User_data_is_valid_for_cloud_init_itself(string system)
    {
        ToolCall.Require("cloud-init", "cloud-init");
        string boot = await FlashAsync(system, "offline", "WIFI_PASSWORD=correct horse\nLOGIN_PASSWORD_HASH=$6$salt$hash");
        string answer = await ToolCall.RunAsync("cloud-init", "schema", "--config-file", Path.Combine(boot, "user-data"));
        Assert.Contains("Valid", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", string.Concat(Directory.EnumerateFiles(boot).Select(File.ReadAllText)),
            StringComparison.Ordinal);
        // wpa_passphrase "my net: 1" "correct horse" of wpa_supplicant derives the same key by the same standard.
        string network = await ToolCall.RunAsync("python3", "-c",
            "import yaml,sys,hashlib; n=yaml.safe_load(open(sys.argv[1])); p=n['wifis']['wlan0']['access-points']['my net: 1']['password']; print(n['version'], p==hashlib.pbkdf2_hmac('sha1',b'correct horse',b'my net: 1',4096,32).hex())",
            Path.Combine(boot, "network-config"));
        Assert.Equal("2 True", network.Trim());
        Assert.Contains("instance-id: edgedepin-pi-01-",
            await File.ReadAllTextAsync(Path.Combine(boot, "meta-data"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cloud_the_card_carries_no_key_that_nothing_would_use_or_renew()
    {
        Dictionary<string, string> files = await FilesAsync("ubuntu", "offline", "LOGIN_PASSWORD_HASH=$6$salt$hash");
        Assert.Contains("/etc/edgedepin/site-ca.pem 0644", files.Keys);
        Assert.DoesNotContain(files, file => file.Key.Contains("device.", StringComparison.Ordinal) || file.Value.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Certificates_chain_to_the_site_and_keys_belong_to_root_alone()
    {
        Dictionary<string, string> files = await FilesAsync("ubuntu", "dps-tpm", "LOGIN_PASSWORD_HASH=$6$salt$hash");
        string site = Path.Combine(_folder, "site.pem");
        await File.WriteAllTextAsync(site, files["/etc/edgedepin/site-ca.pem 0644"], TestContext.Current.CancellationToken);
        foreach (string name in (string[])["device", "edge-ca"])
        {
            string certificate = Path.Combine(_folder, $"{name}.pem");
            await File.WriteAllTextAsync(certificate, files[$"/etc/edgedepin/{name}.pem 0644"], TestContext.Current.CancellationToken);
            Assert.Contains("OK", await ToolCall.RunAsync("openssl", "verify", "-x509_strict", "-CAfile", site, certificate),
                StringComparison.Ordinal);
            using X509Certificate2 pair = X509Certificate2.CreateFromPem(files[$"/etc/edgedepin/{name}.pem 0644"],
                files[$"/etc/edgedepin/{name}.key.pem 0600"]);
            Assert.True(pair.HasPrivateKey);
        }

        Assert.DoesNotContain(files, file => file.Value.Contains("PRIVATE KEY", StringComparison.Ordinal)
            && !file.Key.EndsWith(" 0600", StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_folder, "site-ca", "site-ca.key.pem")));
    }

    [Fact]
    public async Task Scripts_are_scripts_and_units_are_units()
    {
        Dictionary<string, string> files = await FilesAsync("ubuntu", "offline", "LOGIN_PASSWORD_HASH=$6$salt$hash");
        foreach ((string path, string text) in files.Where(file => file.Key.EndsWith(".sh 0755", StringComparison.Ordinal)))
        {
            (int code, _, string error) = await ToolCall.TryAsync("sh", ["-n"], text);
            Assert.True(code == 0, $"{path}: {error}");
        }

        string unit = files["/etc/systemd/system/edgedepin-weather.service 0644"];
        Assert.Contains("--device=/dev/i2c-1:/dev/i2c-1:rw", unit, StringComparison.Ordinal);
        Assert.Contains("--read-only --cap-drop=ALL", unit, StringComparison.Ordinal);
        Assert.DoesNotContain("/dev/i2c", files["/etc/systemd/system/edgedepin-telemetry.service 0644"], StringComparison.Ordinal);
        Assert.Contains("EDGEDEPIN_Sensing__Sensors__0__Chip=bme280\n", files["/etc/edgedepin/modules/weather.env 0600"],
            StringComparison.Ordinal);
        Assert.Contains(" edgedepin-hub.service edgedepin-trust-refresh.timer ", files["/usr/local/lib/edgedepin/provision.sh 0755"], StringComparison.Ordinal);
        if (File.Exists("/usr/bin/systemd-analyze"))
        {
            string units = Directory.CreateDirectory(Path.Combine(_folder, "units")).FullName;
            foreach ((string path, string text) in files.Where(file => file.Key.Contains("/systemd/system/", StringComparison.Ordinal)))
            {
                await File.WriteAllTextAsync(Path.Combine(units, Path.GetFileName(path.Split(' ')[0])), text,
                    TestContext.Current.CancellationToken);
            }

            (_, string output, string error) = await ToolCall.TryAsync("systemd-analyze",
                ["verify", "--man=no", .. Directory.EnumerateFiles(units)]);
            Assert.DoesNotContain("edgedepin-", string.Concat((output + error).Split('\n')
                .Where(line => line.Contains("Unknown", StringComparison.Ordinal)
                || line.Contains("Failed to parse", StringComparison.Ordinal))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_first_run_of_Bookworm_puts_every_file_in_its_place_with_its_mode_and_takes_its_secrets_away()
    {
        Assert.SkipUnless(Environment.UserName == "root", "A root of its own needs root.");
        string boot = await FlashAsync("bookworm", "offline", "WIFI_PASSWORD=correct horse\nLOGIN_PASSWORD_HASH=$6$salt$hash");
        Dictionary<string, string> expected = await FilesAsync("ubuntu", "offline", "LOGIN_PASSWORD_HASH=$6$salt$hash");
        (int code, string output, string error) = await ToolCall.TryAsync("sh",
            [Path.Combine(AppContext.BaseDirectory, "first-run-root.sh"), _folder, boot]);
        Assert.True(code == 0, output + error);
        string root = Path.Combine(_folder, "root");
        foreach (string file in expected.Keys)
        {
            string path = root + file.Split(' ')[0], mode = file.Split(' ')[1];
            Assert.True(File.Exists(path), $"{path} is missing: {output}{error}");
            Assert.Equal(Convert.ToInt32(mode, 8), (int)File.GetUnixFileMode(path));
        }

        Assert.Equal("pi-01", (await File.ReadAllTextAsync(root + "/etc/hostname", TestContext.Current.CancellationToken)).Trim());
        Assert.Contains("psk=", await File.ReadAllTextAsync(root + "/etc/NetworkManager/system-connections/edgedepin.nmconnection",
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(boot, "firstrun.sh")));
        Assert.DoesNotContain("systemd.run", await File.ReadAllTextAsync(Path.Combine(boot, "cmdline.txt"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await CliCall.RefusedAsync(2, "has been in a device that started", "flash", "verify", boot);
    }

    [Theory]
    [InlineData("ubuntu")]
    [InlineData("trixie")]
    public async Task The_first_start_under_cloud_init_takes_the_secrets_away_once_netplan_has_them(string system)
    {
        Assert.SkipUnless(Environment.UserName == "root", "A root of its own needs root.");
        ToolCall.Require("cloud-init", "cloud-init");
        const string secrets = "WIFI_PASSWORD=correct horse\nLOGIN_PASSWORD_HASH=$6$salt$hash";
        Dictionary<string, string> files = await FilesAsync(system, "offline", secrets);
        string boot = Path.Combine(_folder, $"boot-{system}"), network = Path.Combine(boot, "network-config");
        string key = Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2("correct horse", "my net: 1"u8, 4096, HashAlgorithmName.SHA1, 32));

        // Nothing of the system holds the key yet, so it may not be lost.
        string output = await FirstStartAsync("before", null);
        Assert.Contains("The wireless key stays", output, StringComparison.Ordinal);
        Assert.Contains(key, await ReadAsync(network), StringComparison.Ordinal);

        output = await FirstStartAsync("after", network);
        Assert.DoesNotContain("stays", output, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(boot, "*", SearchOption.AllDirectories), file =>
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotContain(key, text, StringComparison.Ordinal);
            Assert.DoesNotContain("$6$salt$hash", text, StringComparison.Ordinal);
        });
        Assert.Equal("2 True False", (await ToolCall.RunAsync("python3", "-c",
            "import yaml,sys; n=yaml.safe_load(open(sys.argv[1])); print(n['version'], n['ethernets']['eth0']['dhcp4'], 'wifis' in n)", network)).Trim());
        await CliCall.RefusedAsync(2, "has been in a device that started", "flash", "verify", boot);

        async Task<string> FirstStartAsync(string name, string? rendered)
        {
            string folder = Path.Combine(_folder, name), root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
            const string script = "/usr/local/lib/edgedepin/first-start.sh";
            Directory.CreateDirectory(Path.GetDirectoryName(root + script)!);
            await File.WriteAllTextAsync(root + script, files[$"{script} 0755"], TestContext.Current.CancellationToken);
            if (rendered is not null)
            {
                // As cloud-init itself writes it for the system.
                await ToolCall.RunAsync("cloud-init", "devel", "net-convert", "--network-data", rendered, "--kind", "yaml", "--directory", root,
                    "--distro", system == "ubuntu" ? "ubuntu" : "debian", "--output-kind", "netplan");
            }

            (int code, string said, string error) = await ToolCall.TryAsync("sh",
                [Path.Combine(AppContext.BaseDirectory, "first-run-root.sh"), folder, boot, script]);
            Assert.True(code == 0, said + error);
            return said + error;
        }

        static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Keys(TomlTable table, string prefix) => table.SelectMany(pair =>
        pair.Value is TomlTable below ? Keys(below, $"{prefix}{pair.Key}.") : [$"{prefix}{pair.Key}"]);

    private async Task<string> IdentityAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = Path.Combine(_folder, "identity.key.pem");
        await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using X509Certificate2 certificate = new CertificateRequest("CN=pi-01", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await File.WriteAllTextAsync(Path.Combine(_folder, "identity.pem"), certificate.ExportCertificatePem());
        return file;
    }

    // Path and mode of each file that cloud-init would write, with its text; PyYAML reads the YAML.
    private async Task<Dictionary<string, string>> FilesAsync(string system, string provisioning, string secrets)
    {
        string boot = await FlashAsync(system, provisioning, secrets);
        string json = await ToolCall.RunAsync("python3", "-c",
            "import yaml,json,sys; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", Path.Combine(boot, "user-data"));
        return JsonNode.Parse(json)!["write_files"]!.AsArray().ToDictionary(
            file => $"{file!["path"]} {file["permissions"]}", file =>
                Encoding.UTF8.GetString(Convert.FromBase64String(file!["content"]!.GetValue<string>())), StringComparer.Ordinal);
    }

    private async Task<string> FlashAsync(string system, string provisioning, string secrets)
    {
        string boot = Directory.CreateDirectory(Path.Combine(_folder, $"boot-{system}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(boot, "config.txt"), BootCard.ConfigTxt);
        await File.WriteAllTextAsync(Path.Combine(boot, "cmdline.txt"), BootCard.CommandLine);
        (int code, string output, string error) = await CliCall.WithInputAsync(secrets + "\n",
        [
            "flash", "--device", "pi-01", "--profile", "weather", "--os", system, "--provisioning", provisioning, "--boot", boot,
                "--secrets", "-", "--id-scope", "0ne00000A1B",
            "--site-ca", Path.Combine(_folder, "site-ca"),
            .. secrets.Contains("WIFI_PASSWORD", StringComparison.Ordinal) ? (string[])["--wifi", "my net: 1"] : [],
            .. provisioning == "dps-x509" ? (string[])["--identity-cert", Path.Combine(_folder, "identity.pem")] : [],
            .. ((string[])["REGISTRY=registry.example.org/edgedepin", "EDGE_RUNTIME=1.6", "SITE=home",
                "INFLUX_URL=http://i.example.org:8086", "BROKER_HOST=b.example.org", "BROKER_PORT=1883"]).SelectMany(value =>
                (string[])["--set", value]),
        ]);
        Assert.True(code == 0, output + error);
        return boot;
    }
}
