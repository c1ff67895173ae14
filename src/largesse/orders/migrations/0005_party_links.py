import django.db.models.deletion
import largesse.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_promotional_partner'),
        ('crm', '0002_partner_added_in'),
        ('orders', '0004_guest_carts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PartyLink',
            fields=[
                ('id', models.UUIDField(default=largesse.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='What its address says; random.', max_length=24, unique=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=120)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='orders.party')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('party',), name='party_one_link')],
            },
        ),
        migrations.CreateModel(
            name='PartyVisit',
            fields=[
                ('id', models.UUIDField(default=largesse.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('opened', 'Opened'), ('altered', 'Altered'), ('revoked', 'Revoked'), ('outdated', 'signed by a key that is out of use')], max_length=8)),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('party', models.ForeignKey(blank=True, help_text='The party that it is of, or was before it was changed, if that can be told.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to='orders.party')),
            ],
            options={
                'indexes': [models.Index(fields=['party', 'outcome'], name='orders_part_party_i_62c866_idx')],
            },
        ),
        # A guest's cart may be of a party now; it is forgotten as any other.
        migrations.RemoveIndex(
            model_name='cart',
            name='cart_of_guest',
        ),
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(condition=models.Q(('customer', None), ('order', None), ('owner', None)), fields=['changed_at'], name='cart_of_guest'),
        ),
    ]
