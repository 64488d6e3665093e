using System.Collections.Immutable;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Flashing;

namespace EdgeDePin.Tests.Deployment;

/// <summary>Names, secrets and tables as people write them.</summary>
public sealed class FleetTableTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("pi-01")]
    [InlineData("a")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890ab")] // 63, RFC 1123's limit
    public void A_host_name_is_a_device_name(string name) => Assert.Equal(name, new DeviceName(name).Text);

    [Theory]
    [InlineData("")]
    [InlineData("-pi")]
    [InlineData("pi-")]
    [InlineData("pi.local")]
    [InlineData("Pi")]
    [InlineData("pi\n")]
    [InlineData("pi;reboot")]
    [InlineData("$(reboot)")]
    [InlineData("p\u00efi")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890abc")]
    public void What_is_no_host_name_is_refused(string name) => Assert.Throws<DeploymentException>(() => new DeviceName(name));

    [Fact]
    public void Quotes_commas_comments_and_empty_lines_are_read_as_RFC_4180_has_them()
    {
        File.WriteAllText(_file, "# our fleet\ndevice,profile,os,provisioning,boot,wifi,SITE\n\npi-01,\"weather,air\",trixie,offline,/b1,\"my \"\"home\"\" net\",roof\npi-02,grid,ubuntu,dps-tpm,/b2,,\n");
        ImmutableArray<FleetTable.Row> rows = FleetTable.Read(_file, order => order with { IdScope = "0ne1" });
        Assert.Equal([4, 5], rows.Select(row => row.Line));
        Assert.Equal("weather,air", rows[0].Order.Profile);
        Assert.Equal("my \"home\" net", rows[0].Order.Wifi);
        Assert.Equal("roof", rows[0].Order.Values["SITE"]);
        Assert.Equal((Provisioning.DpsTpm, DeviceSystem.Ubuntu, "0ne1", null), (rows[1].Order.Provisioning, rows[1].Order.System, rows[1].Order.IdScope, rows[1].Order.Wifi));
        Assert.Empty(rows[1].Order.Values);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("device,profile\n", "has no column 'os'")]
    [InlineData("device,profile,os,provisioning,boot,colour\n", "unknown column 'colour'")]
    [InlineData("device,profile,os,provisioning,boot,boot\n", "a column twice")]
    [InlineData("device,profile,os,provisioning,boot\n", "no device")]
    [InlineData("device,profile,os,provisioning,boot\npi-01,weather,trixie,offline,\n", ":2 has nothing in column 'boot'")]
    [InlineData("device,profile,os,provisioning,boot\npi-01,weather,trixie,offline,/b\npi-02,weather,trixie,offline,/b\n", ":3 has the device or the boot partition of line 2")]
    public void A_table_that_is_wrong_is_named_with_its_line(string text, string complaint)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(complaint, Assert.Throws<DeploymentException>(() => FleetTable.Read(_file, order => order)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONNECTION_STRING=HostName=h;DeviceId=d", "has no SharedAccessKey")]
    [InlineData("DPS_GROUP_KEY=hunter2!", "is no base64")]
    [InlineData("WIFI_PASSWORD=hunter2", "has 7 characters")]
    [InlineData("LOGIN_PASSWORD_HASH=hunter2", "is no hash")]
    [InlineData("PASSWORD=hunter2", "PASSWORD is no secret")]
    [InlineData("hunter2", ":1 is no line NAME=VALUE")]
    [InlineData("WIFI_PASSWORD=hunter2hunter2\nWIFI_PASSWORD=hunter2", ":2 gives WIFI_PASSWORD a second value")]
    public void What_is_wrong_with_a_secret_is_told_without_the_secret(string text, string complaint)
    {
        DeploymentException error = Assert.Throws<DeploymentException>(() =>
        {
            DeviceSecrets secrets = DeviceSecrets.Read("pi.secrets", text);
            _ = text.StartsWith("CONN", StringComparison.Ordinal) ? secrets.Connection().Key
                : text.StartsWith("DPS", StringComparison.Ordinal) ? secrets.DpsKey("pi") : secrets.LoginPasswordHash() ?? secrets.WifiKey("home");
        });
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    // IEEE 802.11i-2004, annex H.4.3, test case 1.
    [Fact]
    public void The_WPA_key_is_that_of_the_standard() => Assert.Equal(
        "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e",
        DeviceSecrets.Read("s", "WIFI_PASSWORD=password").WifiKey("IEEE"));
}
