using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace EdgeDePin.EndToEnd;

/// <summary>The doctor looks at copies of devices, well and ill.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private const string Secret = "hunter2-hunter2";

    private readonly string _root = Directory.CreateTempSubdirectory("edgedepin-doctor-").FullName;

    public async ValueTask InitializeAsync() => await WellAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_device_that_is_well_has_nothing_bad()
    {
        await using BuiltProgram hub = BuiltProgram.Cli("hub", "run", "--port", "0");
        string line = await hub.LineAsync(text => text.Contains("listens on 127.0.0.1:", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));
        string port = line.Trim().Split(':')[^1];
        await WellAsync(port);
        JsonArray report = await ExamineAsync(0, port);
        Assert.DoesNotContain(report, result => result!["verdict"]!.ToString() is "bad");
        Assert.Equal("good", Of(report, "hub"));
        Assert.Equal("good", Of(report, "broker"));
        Assert.Equal("good", Of(report, "power"));
        Assert.Equal("good", Of(report, "bus"));
        Assert.Equal("good", Of(report, "permissions"));
        Assert.Equal("warning", Of(report, "influx")); // nothing listens there, and nothing is lost
    }

    public static TheoryData<string, string, string, string, string> Illnesses => new()
    {
        { "power", "bad", "sys/devices/platform/soc/soc:firmware/get_throttled", "50005", "under-voltage, throttled" },
        { "power", "warning", "sys/devices/platform/soc/soc:firmware/get_throttled", "0x10000", "since the start: under-voltage" },
        { "temperature", "bad", "sys/class/thermal/thermal_zone0/temp", "86001\n", "86.0 °C" },
        { "temperature", "warning", "sys/class/thermal/thermal_zone0/temp", "79500", "79.5 °C" },
        { "card-writable", "bad", "proc/mounts", "/dev/mmcblk0p2 / ext4 ro,noatime 0 0\n", "read-only" },
        { "card-errors", "bad", "sys/fs/ext4/mmcblk0p2/errors_count", "3\n", "3 errors" },
        { "card-wear", "warning", "sys/block/mmcblk0/device/life_time", "0x09 0x02\n", "90 %" },
        { "card-wear", "bad", "sys/block/mmcblk0/device/life_time", "0x0b 0x02\n", "past its rated life" },
        { "memory", "bad", "proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 20000 kB\n", "19 MiB of 976 MiB" },
        { "memory", "warning", "sys/fs/cgroup/cgroup.controllers", "cpuset cpu io pids", "no memory limits" },
        { "manifest", "bad", "etc/edgedepin/manifest.json", "{", "this is no JSON" },
        { "certificate", "bad", "etc/edgedepin/device.pem", "nothing", "no certificate" },
    };

    [Theory]
    [MemberData(nameof(Illnesses))]
    public async Task An_illness_is_found_with_what_was_seen(string check, string verdict, string file, string content, string detail)
    {
        await PutAsync(file, content);
        JsonArray report = await ExamineAsync(1); // 1: the hub of this copy does not speak MQTT in any case
        Assert.Contains(report, result => result!["check"]!.ToString() == check && result["verdict"]!.ToString() == verdict
            && result["detail"]!.ToString().Contains(detail, StringComparison.Ordinal) && result["remedy"]!.ToString().Length > 0);
    }

    [Theory]
    [InlineData(5, "bad", "ends in ")]
    [InlineData(20, "warning", "ends in ")]
    [InlineData(-1, "bad", "ended on")]
    [InlineData(400, "good", "days more")]
    public async Task A_certificate_that_ends_is_found_in_time(int days, string verdict, string detail)
    {
        await PutAsync("etc/edgedepin/device.pem",
            Certificate(TimeProvider.System.GetUtcNow().AddDays(-100), TimeProvider.System.GetUtcNow().AddDays(days)));
        Assert.Contains(await ExamineAsync(1), result => result!["check"]!.ToString() == "certificate"
            && result["verdict"]!.ToString() == verdict
            && result["detail"]!.ToString().Contains(detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-100, 3000, 0, 0, "good", "valid until")]
    [InlineData(-100, 3000, -3000, 500, "good", "valid until")] // renewed in time: nothing to tell
    [InlineData(-100, 3000, -1, 3650, "warning", "1 beside it was made when the clock was wrong")]
    [InlineData(-100, 3000, -6000, -3000, "warning", "1 beside it was made when the clock was wrong")]
    [InlineData(3000, 6000, -1, 3650, "bad", "another one stands in")] // this clock is behind
    [InlineData(-6000, -3000, -1, 3650, "bad", "Set the clock")] // this clock is ahead
    public async Task A_clock_that_does_not_fit_the_hubs_root_is_found(int from, int until, int otherFrom, int otherUntil, string verdict, string words)
    {
        const string folder = "var/lib/containers/storage/volumes/edgedepin-hub/_data/hub/ca";
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await PutAsync($"{folder}/root.pem", Certificate(now.AddDays(from), now.AddDays(until)), secret: true);
        if (otherFrom != otherUntil)
        {
            await PutAsync($"{folder}/root-0123456789abcdef.pem", Certificate(now.AddDays(otherFrom), now.AddDays(otherUntil)), secret: true);
        }

        Assert.Contains(await ExamineAsync(1), result => result!["check"]!.ToString() == "site-root" && result["verdict"]!.ToString() == verdict
            && $"{result["detail"]} {result["remedy"]}".Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_bus_and_one_that_the_module_may_not_use_are_found()
    {
        File.SetUnixFileMode(Path.Combine(_root, "dev/i2c-1"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains("root's alone", Detail(await ExamineAsync(1), "bus"), StringComparison.Ordinal);
        File.Delete(Path.Combine(_root, "dev/i2c-1"));
        Assert.Contains("/dev/i2c-1, which weather needs, is not there", Detail(await ExamineAsync(1), "bus"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_that_others_can_read_are_found()
    {
        File.SetUnixFileMode(Path.Combine(_root, "etc/aziot/config.toml"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("/etc/aziot/config.toml", Detail(await ExamineAsync(1), "permissions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_support_bundle_has_the_report_and_no_secret()
    {
        string bundle = Path.Combine(_root, "bundle.tar.gz");
        await CliCall.RunAsync("doctor", "--root", _root, "--hub-port", "1", "--bundle", bundle);
        string all = await ToolCall.RunAsync("tar", "-xzOf", bundle);
        string names = await ToolCall.RunAsync("tar", "-tzf", bundle);
        Assert.Contains("root/etc/aziot/config.toml", names, StringComparison.Ordinal);
        Assert.Contains("root/etc/edgedepin/modules/weather.env", names, StringComparison.Ordinal);
        Assert.DoesNotContain("key.pem", names, StringComparison.Ordinal);
        Assert.Contains("hostname = \"pi-01\"", all, StringComparison.Ordinal);
        Assert.Contains("(hidden)", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, all, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bundle));
        await CliCall.RunAsync("doctor", "--root", _root, "--hub-port", "1");
        (int code, _, string error) = await CliCall.RunAsync("doctor", "--root", _root, "--hub-port", "1", "--bundle", bundle);
        Assert.Equal(3, code);
        Assert.Contains("bundle.tar.gz", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_wrong_use() =>
        await CliCall.RefusedAsync(2, "There is no folder /nowhere", "doctor", "--root", "/nowhere");

    private async Task WellAsync(string brokerPort = "1")
    {
        await PutAsync("sys/devices/platform/soc/soc:firmware/get_throttled", "0");
        await PutAsync("sys/class/thermal/thermal_zone0/temp", "48312");
        await PutAsync("sys/block/mmcblk0/device/life_time", "0x01 0x01");
        await PutAsync("sys/fs/ext4/mmcblk0p2/errors_count", "0");
        await PutAsync("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids");
        await PutAsync("proc/mounts", "proc /proc proc rw 0 0\n/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n");
        await PutAsync("proc/meminfo", "MemTotal: 1000000 kB\nMemFree: 1 kB\nMemAvailable: 500000 kB\n");
        await PutAsync("run/systemd/timesync/synchronized", "");
        await PutAsync("dev/i2c-1", "");
        File.SetUnixFileMode(Path.Combine(_root, "dev/i2c-1"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        await PutAsync("etc/edgedepin/device.pem",
            Certificate(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        await PutAsync("etc/edgedepin/device.key.pem", $"-----BEGIN PRIVATE KEY-----\n{Secret}\n-----END PRIVATE KEY-----\n", secret: true);
        await PutAsync("etc/edgedepin/modules/weather.env",
            $"EDGEDEPIN_Influx__Token={Secret}\nEDGEDEPIN_Influx__Url=http://me:{Secret}@127.0.0.1:1\n", secret: true);
        await PutAsync("etc/aziot/config.toml",
            $"hostname = \"pi-01\"\n[provisioning]\nconnection_string = \"HostName=h;DeviceId=d;SharedAccessKey={Secret}\"\nsymmetric_key = {{ value = \"{Secret}\" }}\ndevice_id_pk = {{ value = \"{Secret}\" }}\n", secret: true);
        string manifest = Path.Combine(_root, "etc/edgedepin/manifest.json");
        await CliCall.DoneAsync("manifest", "render", "--profile", "weather", "--device", "pi-01", "--out", manifest, "--set",
            "REGISTRY=r.example.org/e", "--set", "EDGE_RUNTIME=1.6",
            "--set", "SITE=home", "--set", "INFLUX_URL=http://127.0.0.1:1", "--set", "BROKER_HOST=127.0.0.1", "--set",
                $"BROKER_PORT={brokerPort}");
        File.SetUnixFileMode(manifest, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Certificate(DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = new CertificateRequest("CN=pi-01", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, until);
        return made.ExportCertificatePem();
    }

    private async Task PutAsync(string file, string content, bool secret = false)
    {
        string path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
        if (secret)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private async Task<JsonArray> ExamineAsync(int exitCode, string hubPort = "1")
    {
        (int code, string output, string error) = await CliCall.RunAsync("doctor", "--root", _root, "--hub-port", hubPort, "--json");
        Assert.True(code == exitCode, output + error);
        return JsonNode.Parse(output)!.AsArray();
    }

    private static string Of(JsonArray report, string check) =>
        report.First(result => result!["check"]!.ToString() == check)!["verdict"]!.ToString();

    private static string Detail(JsonArray report, string check) =>
        report.First(result => result!["check"]!.ToString() == check)!["detail"]!.ToString();
}
