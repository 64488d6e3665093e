using System.Security.Cryptography;

namespace EdgeDePin.EndToEnd;

/// <summary>Cards are flashed, read by programs that are not ours, damaged and found damaged.</summary>
public sealed class FlashTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-flash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(12, false)]
    [InlineData(16, false)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    public async Task A_flashed_image_holds_what_mtools_and_sha256sum_and_fsck_agree_on(int bits, bool gpt)
    {
        BootCard card = await BootCard.MakeAsync(_folder, bits, gpt);
        await CliCall.DoneAsync(Offline(card.Path));
        await card.IsSoundAsync();
        string files = await card.CopyOutAsync(Path.Combine(_folder, "out"));
        (int code, string output, string error) = await ToolCall.TryAsync("sh",
            ["-c", $"cd '{files}' && sha256sum --strict -c edgedepin/SHA256SUMS"]);
        Assert.True(code == 0, output + error);
        Assert.Contains("user-data: OK", output, StringComparison.Ordinal);
        Assert.StartsWith("as written.", await CliCall.DoneAsync("flash", "verify", card.Path), StringComparison.Ordinal);

        string config = await File.ReadAllTextAsync(Path.Combine(files, "config.txt"), TestContext.Current.CancellationToken);
        Assert.StartsWith(BootCard.ConfigTxt, config, StringComparison.Ordinal);
        Assert.Contains("\ndtparam=i2c_arm=on\n", config, StringComparison.Ordinal);
        Assert.Contains("\nenable_uart=1\n", config, StringComparison.Ordinal);
        Assert.Equal("console=tty1 root=PARTUUID=12345678-02 rootfstype=ext4 rootwait cgroup_enable=memory\n",
            await File.ReadAllTextAsync(Path.Combine(files, "cmdline.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Flashing_again_changes_neither_the_settings_nor_the_free_space()
    {
        BootCard card = await BootCard.MakeAsync(_folder);
        await CliCall.DoneAsync(Offline(card.Path));
        string config = await card.ReadAsync("config.txt"), line = await card.ReadAsync("cmdline.txt");
        for (int i = 0; i < 5; i++)
        {
            await CliCall.DoneAsync(Offline(card.Path));
        }

        Assert.Equal(config, await card.ReadAsync("config.txt"));
        Assert.Equal(line, await card.ReadAsync("cmdline.txt"));
        await card.IsSoundAsync(); // among other things: no cluster is lost
    }

    [Theory]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    [InlineData("ubuntu")]
    public async Task A_mounted_partition_is_flashed_and_verified_like_an_image(string system)
    {
        string boot = await MountedAsync();
        await CliCall.DoneAsync(Offline(boot, system));
        Assert.StartsWith("as written.", await CliCall.DoneAsync("flash", "verify", boot), StringComparison.Ordinal);
        string[] expected = system == "bookworm" ? ["firstrun.sh", "ssh", "userconf.txt"] : ["meta-data", "network-config", "user-data"];
        Assert.Equal([.. expected, "cmdline.txt", "config.txt"], Directory.EnumerateFiles(boot).Select(Path.GetFileName)
            .Order(Comparer<string?>.Create(
            (a, b) => (Array.IndexOf(expected, a) < 0, a).CompareTo((Array.IndexOf(expected, b) < 0, b)))));
    }

    [Fact]
    public async Task A_byte_that_flips_and_a_file_that_goes_missing_are_found()
    {
        string boot = await MountedAsync();
        await CliCall.DoneAsync(Offline(boot));
        string data = Path.Combine(boot, "user-data");
        byte[] bytes = await File.ReadAllBytesAsync(data, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(data, bytes, TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(boot, "meta-data"));
        (int code, string output, _) = await CliCall.RunAsync("flash", "verify", boot);
        Assert.Equal(1, code);
        Assert.Contains("user-data is not what was written", output, StringComparison.Ordinal);
        Assert.Contains("meta-data is missing", output, StringComparison.Ordinal);
        Assert.Contains("2 differences", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_image_is_told_and_never_a_crash()
    {
        BootCard card = await BootCard.MakeAsync(_folder, 16);
        await CliCall.DoneAsync(Offline(card.Path));
        byte[] whole = await File.ReadAllBytesAsync(card.Path, TestContext.Current.CancellationToken);
        var random = new Random(7);
        for (int i = 0; i < 25; i++)
        {
            byte[] damaged = [.. whole];
            // The first 128 KiB of the file system: boot sector, tables, root folder.
            for (int hits = 0; hits < 40; hits++)
            {
                damaged[(1 << 20) + random.Next(128 << 10)] ^= (byte)(1 + random.Next(255));
            }

            await File.WriteAllBytesAsync(card.Path, damaged, TestContext.Current.CancellationToken);
            (int code, string output, string error) = await CliCall.RunAsync("flash", "verify", card.Path);
            Assert.True(code is 1 or 2, $"round {i}: {code} {output} {error}");
            Assert.DoesNotContain("Unhandled", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_full_partition_is_told_and_stays_as_it_was()
    {
        BootCard card = await BootCard.MakeAsync(_folder, 16);
        await card.FillAsync(leaveBytes: 8192);
        byte[] before = await DigestAsync(card.Path);
        await CliCall.RefusedAsync(2, "bytes free", Offline(card.Path));
        Assert.Equal(before, await DigestAsync(card.Path));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_shows_no_secret()
    {
        BootCard card = await BootCard.MakeAsync(_folder, 16);
        byte[] before = await DigestAsync(card.Path);
        string authority = Path.Combine(_folder, "other-ca");
        (int code, string output, string error) = await CliCall.WithInputAsync("WIFI_PASSWORD=correct horse\nLOGIN_PASSWORD_HASH=$6$salt$hash\n",
            [.. Offline(card.Path)[..^2], "--site-ca", authority, "--wifi", "home", "--secrets", "-", "--dry-run"]);
        Assert.True(code == 0, error);
        Assert.Contains("user-data (", output, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("$6$", output + error, StringComparison.Ordinal);
        Assert.Equal(before, await DigestAsync(card.Path));
        Assert.False(Directory.Exists(authority));
    }

    [Fact]
    public async Task An_image_that_is_not_pinned_is_said_and_a_pinned_one_is_not()
    {
        string boot = await MountedAsync(), pins = Path.Combine(_folder, "pins.json");
        (int code, string output, string error) = await CliCall.RunAsync(Offline(boot));
        Assert.True(code == 0, output + error);
        Assert.Equal(4, output.Split("image-digest").Length - 1); // telemetry, compute, weather, air
        Assert.Contains("air.layer.json", output, StringComparison.Ordinal);
        Assert.Contains("warning: the image of the hub, registry.example.org/edgedepin/edgedepin-hub:0.1.0, is pinned by no digest", output, StringComparison.Ordinal);

        IEnumerable<string> images = ((string[])["sensor", "telemetry", "compute", "hub"]).Select(image =>
            $$"""  "registry.example.org/edgedepin/edgedepin-{{image}}:0.1.0":{"digest":"sha256:{{new string('a', 64)}}","platforms":["linux/arm64"]}""");
        await File.WriteAllTextAsync(pins, $"{{\"images\":{{\n{string.Join(",\n", images)}\n}}}}", TestContext.Current.CancellationToken);
        (code, output, error) = await CliCall.RunAsync([.. Offline(boot), "--pins", pins]);
        Assert.True(code == 0, output + error);
        Assert.DoesNotContain("digest", output + error, StringComparison.Ordinal);

        // Under IoT Edge the runtime's own images are meant too.
        (code, output, error) = await CliCall.WithInputAsync("CONNECTION_STRING=HostName=hub1.azure-devices.net;DeviceId=pi-01;SharedAccessKey=c2VjcmV0LWtleQ==\n",
            [.. Offline(boot).Select(word => word == "offline" ? "manual" : word), "--secrets", "-", "--dry-run", "--pins", pins]);
        Assert.True(code == 0, output + error);
        Assert.Equal(2, output.Split("image-digest").Length - 1);
    }

    [Fact]
    public async Task A_fleet_is_flashed_from_one_table_and_not_at_all_when_a_line_is_wrong()
    {
        string[] boots = [await MountedAsync("one"), await MountedAsync("two"), await MountedAsync("three")];
        string table = Path.Combine(_folder, "fleet.csv");
        string good = $"device,profile,os,provisioning,boot,SITE\npi-01,weather,bookworm,offline,{boots[0]},roof\npi-02,\"weather,air\",ubuntu,offline,{boots[1]},street\n";
        await File.WriteAllTextAsync(table, good + $"pi_03,grid,trixie,offline,{boots[2]},cellar\n", TestContext.Current.CancellationToken);
        string[] command = ["flash", "fleet", table, .. Offline("")[11..]];
        await CliCall.RefusedAsync(2, "fleet.csv:4 'pi_03' is no device name: it has '_'", command);
        await RefusesAsync($"pi-03,grid,beos,offline,{boots[2]},cellar", "fleet.csv:4 'beos' is no system");
        await RefusesAsync($"pi-03,snow,trixie,offline,{boots[2]},cellar", "'snow' is no profile");
        await RefusesAsync($"pi-03,grid,trixie,offline,{boots[2]}", "fleet.csv:4 has 5 fields and the header 6");
        await RefusesAsync($"pi-01,grid,trixie,offline,{boots[2]},cellar", "of line 2");
        await RefusesAsync($"pi-03,\"grid,trixie,offline,{boots[2]},cellar", "fleet.csv:4 has a quote without its partner");
        await RefusesAsync($"pi-03,grid,trixie,offline,{boots[2]}/nowhere,cellar", "There is no");
        Assert.All(boots, boot => Assert.Equal(2, Directory.EnumerateFileSystemEntries(boot).Count()));

        await File.WriteAllTextAsync(table, good + $"pi-03,grid,trixie,offline,{boots[2]},cellar\n", TestContext.Current.CancellationToken);
        await CliCall.DoneAsync(command);
        foreach (string boot in boots)
        {
            await CliCall.DoneAsync("flash", "verify", boot);
        }

        async Task RefusesAsync(string line, string complaint)
        {
            await File.WriteAllTextAsync(table, good + line + "\n", TestContext.Current.CancellationToken);
            await CliCall.RefusedAsync(2, complaint, command);
        }
    }

    [Theory]
    [InlineData("'Pi_01' is no device name: it has 'P'", "--device", "Pi_01")]
    [InlineData("'snow' is no profile", "--profile", "snow")]
    [InlineData("'beos' is no system", "--os", "beos")]
    [InlineData("'usb' is no way of provisioning", "--provisioning", "usb")]
    [InlineData("needs the ID scope", "--provisioning", "dps-tpm")]
    [InlineData("CONNECTION_STRING is missing", "--provisioning", "manual")]
    [InlineData("WIFI_PASSWORD is missing", "--wifi", "home")]
    [InlineData("'Germany' is no country", "--country", "Germany")]
    [InlineData("There is no file nowhere.pub", "--ssh-key", "nowhere.pub")]
    [InlineData("There is no /nowhere", "--boot", "/nowhere")]
    public async Task What_is_wrong_with_an_order_is_told_in_one_line_and_nothing_is_written(string complaint, string option, string value)
    {
        string boot = await MountedAsync();
        string[] command = Offline(boot);
        int at = Array.IndexOf(command, option);
        if (at >= 0)
        {
            command[at + 1] = value;
        }

        await CliCall.RefusedAsync(2, complaint, at >= 0 ? command : [.. command, option, value]);
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(boot).Count());
    }

    [Fact]
    public async Task A_file_of_secrets_that_others_can_read_is_refused()
    {
        string boot = await MountedAsync(), secrets = Path.Combine(_folder, "pi.secrets");
        await File.WriteAllTextAsync(secrets, "WIFI_PASSWORD=correct horse\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await CliCall.RefusedAsync(2, "chmod 600", [.. Offline(boot), "--wifi", "home", "--secrets", secrets]);
        File.SetUnixFileMode(secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await CliCall.DoneAsync([.. Offline(boot), "--wifi", "home", "--secrets", secrets]);
        string network = await File.ReadAllTextAsync(Path.Combine(boot, "network-config"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("correct horse", network, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_boot_partition_is_told()
    {
        string empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName, noise = Path.Combine(_folder, "noise.img");
        await File.WriteAllBytesAsync(noise, new byte[4096], TestContext.Current.CancellationToken);
        await CliCall.RefusedAsync(2, "has no config.txt", Offline(empty));
        await CliCall.RefusedAsync(2, "has no FAT partition", Offline(noise));
        await CliCall.RefusedAsync(2, "has no edgedepin/SHA256SUMS", "flash", "verify", empty);
    }

    private string[] Offline(string boot, string system = "ubuntu") =>
    [
        "flash", "--device", "pi-01", "--profile", "weather,air", "--provisioning", "offline", "--boot", boot, "--os", system,
        .. (string[])["REGISTRY=registry.example.org/edgedepin", "EDGE_RUNTIME=1.6", "SITE=home",
            "INFLUX_URL=http://i.example.org:8086", "BROKER_HOST=b.example.org", "BROKER_PORT=1883", "METER=tcp:192.0.2.10:502"]
            is var values ? values.SelectMany(value => (string[])["--set", value]).ToArray() : [],
        "--site-ca", Path.Combine(_folder, "site-ca"),
    ];

    private async Task<string> MountedAsync(string name = "boot")
    {
        string boot = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(boot, "config.txt"), BootCard.ConfigTxt);
        await File.WriteAllTextAsync(Path.Combine(boot, "cmdline.txt"), BootCard.CommandLine);
        return boot;
    }

    private static async Task<byte[]> DigestAsync(string file)
    {
        await using FileStream stream = File.OpenRead(file);
        return await SHA256.HashDataAsync(stream);
    }
}
